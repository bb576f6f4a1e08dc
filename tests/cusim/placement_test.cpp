// Which of several GPUs a camera gets, by what cameras cost there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cusim/cusim.h"
#include "engine/devices/run_devices.h"

namespace lyn {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

CameraNeed need_of_decoders(double decoders) {
  CameraNeed need;
  need.codec = CodecId::h264;
  need.megapixels = 1;
  need.rate = decoders / Admission::decoder_prior(CodecId::h264).count();
  return need;
}

/// Two GPUs with one decoder each.
class TwoGpusOfCameras : public testing::Test {
 protected:
  void SetUp() override {
    cusim_begin("devices=2");
    auto choices = choose_devices("cuda:all");
    ASSERT_TRUE(choices) << choices.error().text();
    devices_.emplace(*choices, ModelsOptions{}, [] {});
  }
  void TearDown() override {
    devices_.reset();
    EXPECT_STREQ(cusim_report(), "");
    cusim_begin("");
  }
  static CameraConfig camera(const std::string& id, const std::string& device = "") {
    CameraConfig made;
    made.id = id;
    made.device = device;
    return made;
  }
  /// The name of the device that the camera gets.
  std::string seat(const std::string& id, const std::string& device = "") {
    const auto on = devices_->seat(camera(id, device));
    return on ? (*on)->device().name() : on.error().text();
  }
  AdmissionAnswer ask(const std::string& id, double decoders, const std::string& device = "") {
    return devices_->ask(devices_->device_of(id), camera(id, device), need_of_decoders(decoders), IfFull::refuse);
  }

  std::optional<RunDevices> devices_;
};

TEST_F(TwoGpusOfCameras, SpreadsThoseOfWhichNothingIsKnownByNumber) {
  EXPECT_EQ(seat("a"), "cuda:0");
  EXPECT_EQ(seat("b"), "cuda:1");
  EXPECT_EQ(seat("c"), "cuda:0");
  EXPECT_EQ(seat("d"), "cuda:1");
}

TEST_F(TwoGpusOfCameras, PutsANewOneWhereThoseThatRunCostLess) {
  EXPECT_EQ(seat("large"), "cuda:0");
  EXPECT_TRUE(ask("large", 0.5).admitted);
  for (const char* id : {"b", "c", "d"}) {
    EXPECT_EQ(seat(id), "cuda:1") << id;
    EXPECT_TRUE(ask(id, 0.1).admitted);
  }
  EXPECT_EQ(seat("large"), "cuda:0") << "those that run stay";
  devices_->leave("large");
  EXPECT_EQ(seat("e"), "cuda:0");
}

TEST_F(TwoGpusOfCameras, CountsWhatACameraIsExpectedToCost) {
  EXPECT_EQ(seat("large"), "cuda:0");
  CameraNeed model = need_of_decoders(0.01);
  model.inferred = 25;
  model.model = "large";
  model.model_time = 10ms;
  devices_->expect("large", model);
  EXPECT_EQ(seat("b"), "cuda:1");
  devices_->expect("b", need_of_decoders(0.1));
  EXPECT_EQ(seat("c"), "cuda:1") << "0.1 of the decoder there, a quarter of the model's time here";
}

TEST_F(TwoGpusOfCameras, GivesACameraTheRoomThatAnotherHas) {
  EXPECT_EQ(seat("a"), "cuda:0");
  EXPECT_EQ(seat("b"), "cuda:1");
  EXPECT_EQ(seat("c"), "cuda:0");
  EXPECT_TRUE(ask("a", 0.6).admitted);
  EXPECT_TRUE(ask("b", 0.2).admitted);
  const AdmissionAnswer moved = ask("c", 0.5);
  EXPECT_FALSE(moved.admitted);
  EXPECT_EQ(moved.elsewhere, "cuda:1");
  EXPECT_THAT(moved.words, HasSubstr("decoders: it needs 0.50, 0.60 are taken, 0.90 of 1.00"));
  EXPECT_TRUE(ask("b", 0.2).admitted);
  EXPECT_FALSE(ask("b", 0.5).admitted) << "the room is kept";
  EXPECT_EQ(seat("c"), "cuda:1");
  EXPECT_TRUE(ask("c", 0.5).admitted);

  EXPECT_EQ(seat("d"), "cuda:0");
  const AdmissionAnswer full = ask("d", 0.5);
  EXPECT_FALSE(full.admitted);
  EXPECT_EQ(full.elsewhere, "") << "none has so much";
}

TEST_F(TwoGpusOfCameras, TheRoomOfOneThatLeavesBeforeItComesIsFree) {
  EXPECT_EQ(seat("a"), "cuda:0");
  EXPECT_EQ(seat("b"), "cuda:1");
  EXPECT_EQ(seat("c"), "cuda:0");
  EXPECT_TRUE(ask("a", 0.6).admitted);
  EXPECT_EQ(ask("c", 0.5).elsewhere, "cuda:1");
  devices_->leave("c");
  EXPECT_TRUE(ask("b", 0.9).admitted);
}

TEST_F(TwoGpusOfCameras, RoomIsWhereItsModelRuns) {
  CameraNeed nano = need_of_decoders(0.6);
  nano.model = "nano";
  const auto ask_nano = [&](const char* id) {
    return devices_->ask(devices_->device_of(id), camera(id), nano, IfFull::refuse);
  };
  EXPECT_EQ(seat("a"), "cuda:0");
  EXPECT_EQ(seat("b"), "cuda:1");
  EXPECT_EQ(seat("c"), "cuda:0");
  EXPECT_TRUE(ask_nano("a").admitted);
  EXPECT_EQ(ask_nano("c").elsewhere, "") << "nothing is loaded in mid-run";
  devices_->expect("b", nano);
  EXPECT_EQ(ask_nano("c").elsewhere, "cuda:1");
}

TEST_F(TwoGpusOfCameras, OnesThatWereNotOpenedAreEmpty) {
  EXPECT_EQ(seat("a", "cuda:0"), "cuda:0");
  EXPECT_TRUE(ask("a", 0.6, "cuda:0").admitted);
  EXPECT_EQ(seat("b", "cuda:0"), "cuda:0");
  EXPECT_EQ(ask("b", 0.6, "cuda:0").elsewhere, "") << "its owner wants it here";
  EXPECT_EQ(ask("b", 0.6).elsewhere, "cuda:1");
  EXPECT_EQ(seat("b"), "cuda:1");
}

}  // namespace
}  // namespace lyn
