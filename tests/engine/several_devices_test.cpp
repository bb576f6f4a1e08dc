// Cameras over several devices, and what becomes of them when one is lost. The devices are CPU ones behind a backend
// whose loss a test decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>

#include "core/this_thread.h"
#include "device/cpu/cpu_device.h"
#include "engine/engine.h"
#include "engine/samples.h"
#include "stages/decode/decoder.h"

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kDevices = 3;

/// What the backend below did; anew for each test.
struct Bench {
  std::mutex mutex;
  std::array<const Device*, kDevices> opened{};
  std::array<int, kDevices> decoders{};
  std::array<std::atomic<bool>, kDevices> lost{};

  int place_of(const Device& device) {
    std::lock_guard lock(mutex);
    return static_cast<int>(std::ranges::find(opened, &device) - opened.begin());
  }
};
Bench* bench = nullptr;

Error gone() {
  return {ErrorKind::device, "the device has fallen off the bus", ""};
}

/// Works until its device is lost.
class MortalDecoder final : public Decoder {
 public:
  MortalDecoder(std::unique_ptr<Decoder> inner, int place) : inner_(std::move(inner)), place_(place) {}
  Status send(const Packet& packet) override {
    if (bench->lost.at(static_cast<std::size_t>(place_))) return gone();
    return inner_->send(packet);
  }
  Status drain() override { return inner_->drain(); }
  Result<std::optional<Frame>> receive() override { return inner_->receive(); }
  Status reset() override { return inner_->reset(); }
  [[nodiscard]] std::size_t picture_bytes() const override { return inner_->picture_bytes(); }

 private:
  std::unique_ptr<Decoder> inner_;
  const int place_;
};

Result<std::unique_ptr<Device>> open_device(int ordinal) {
  LYN_TRY(auto device, open_cpu_device());
  std::lock_guard lock(bench->mutex);
  bench->opened.at(static_cast<std::size_t>(ordinal)) = device.get();
  return device;
}

Result<std::unique_ptr<Decoder>> make_decoder(Device& device, const StreamInfo& stream, const DecoderOptions& options) {
  const int place = bench->place_of(device);
  LYN_TRY(auto inner, make_software_decoder(device, stream, options));
  ++bench->decoders.at(static_cast<std::size_t>(place));
  return std::unique_ptr<Decoder>(std::make_unique<MortalDecoder>(std::move(inner), place));
}

class SeveralDevices : public testing::Test {
 protected:
  SeveralDevices() : backend_(*choose_device("cpu")->backend) {
    bench = &bench_;
    backend_.name = "sim";
    backend_.open = open_device;
    backend_.make_decoder = make_decoder;
    backend_.count = [] { return kDevices; };
    backend_.is_lost = [](const Device& device) {
      return bench->lost.at(static_cast<std::size_t>(bench->place_of(device))).load();
    };
  }

  Config cameras(int count) const {
    Config config;
    config.detector.model = "none";
    for (int i = 0; i < count; ++i) {
      config.cameras.push_back(
          make_camera(config, "c" + std::to_string(i), sample_path("samples/bottle-detection.mp4")));
    }
    EXPECT_TRUE(finalise(config));
    return config;
  }

  RunOptions on(int devices) const {
    RunOptions options;
    for (int i = 0; i < devices; ++i) options.devices.push_back({&backend_, i});
    return options;
  }

  std::vector<int> decoders() const { return {bench_.decoders.begin(), bench_.decoders.end()}; }

  Bench bench_;
  Backend backend_;
};

TEST_F(SeveralDevices, ShareTheCamerasEvenly) {
  auto engine = Engine::create(cameras(5), on(3), system_clock());
  ASSERT_TRUE(engine) << engine.error().text();
  const RunOutcome outcome = (*engine)->run();
  EXPECT_FALSE(outcome.error);
  EXPECT_THAT(decoders(), ElementsAre(2, 2, 1));
  EXPECT_EQ(outcome.summary.device, "sim:0,1,2");
  EXPECT_EQ(outcome.summary.devices.size(), 3U);
  for (const CameraSummary& camera : outcome.summary.cameras) EXPECT_EQ(camera.frames_processed, 1189U);
}

TEST_F(SeveralDevices, HaveTheirCamerasWorkedOnNearby) {
  const auto all = processors_of_this_thread();
  if (all.size() < 2) GTEST_SKIP() << "one processor";
  static std::vector<int> ends;  // a maker holds nothing
  ends = {all.front(), all.back()};
  backend_.processors_near = [](int ordinal) { return std::vector<int>{ends.at(static_cast<std::size_t>(ordinal))}; };
  RunOptions options = on(2);
  std::mutex mutex;
  std::map<std::string, std::vector<int>> seen;
  options.on_record = [&](const FrameRecord& record) {  // on the camera's own thread
    std::lock_guard lock(mutex);
    if (record.frame == 0) seen[std::string(record.camera)] = processors_of_this_thread();
  };
  auto engine = Engine::create(cameras(2), options, system_clock());
  ASSERT_TRUE(engine);
  EXPECT_FALSE((*engine)->run().error);
  EXPECT_EQ(seen["c0"], std::vector<int>{all.front()});
  EXPECT_EQ(seen["c1"], std::vector<int>{all.back()});
  EXPECT_EQ(processors_of_this_thread(), all);
}

TEST_F(SeveralDevices, AreOpenedOnlyWhereACameraIs) {
  auto engine = Engine::create(cameras(1), on(3), system_clock());
  ASSERT_TRUE(engine);
  EXPECT_NE(bench_.opened[0], nullptr);
  EXPECT_EQ(bench_.opened[1], nullptr);
}

TEST_F(SeveralDevices, TakeTheCameraThatNamesOne) {
  Config config = cameras(3);
  for (CameraConfig& camera : config.cameras) camera.device = "sim:1";
  auto engine = Engine::create(config, on(2), system_clock());
  ASSERT_TRUE(engine);
  EXPECT_FALSE((*engine)->run().error);
  EXPECT_THAT(decoders(), ElementsAre(0, 3, 0));

  config.cameras[0].device = "sim:7";
  const auto refused = Engine::create(config, on(2), system_clock());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().text(), HasSubstr("c0: device sim:7 is not one of the run's, which are sim:0,1"));
}

/// Paced files stand for cameras: they are live, and need no server.
TEST_F(SeveralDevices, CamerasOfALostOneGoOnOnTheOthers) {
  RunOptions options = on(2);
  options.realtime = true;
  options.seconds = 4;
  std::mutex mutex;
  std::map<std::string, int> after;  // lines since the loss
  options.on_record = [&](const FrameRecord& record) {
    std::lock_guard lock(mutex);
    if (record.camera == "c0" && record.frame == 10) bench_.lost[0] = true;
    if (bench_.lost[0]) ++after[std::string(record.camera)];
  };
  auto engine = Engine::create(cameras(4), options, system_clock());
  ASSERT_TRUE(engine);
  const RunOutcome outcome = (*engine)->run();
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_THAT(decoders(), ElementsAre(2, 4, 0)) << "two moved, two stayed";
  for (const char* id : {"c0", "c1", "c2", "c3"}) EXPECT_GT(after[id], 20) << id;
  ASSERT_EQ(outcome.summary.gone.size(), 2U);
  for (const CameraSummary& camera : outcome.summary.gone) EXPECT_THAT(camera.cause, HasSubstr("was lost"));
  ASSERT_EQ(outcome.summary.devices.size(), 2U);
  EXPECT_TRUE(outcome.summary.devices[0].lost);
  EXPECT_FALSE(outcome.summary.devices[1].lost);
}

TEST_F(SeveralDevices, AllLostEndTheRun) {
  RunOptions options = on(2);
  options.realtime = true;
  options.seconds = 20;
  options.on_record = [&](const FrameRecord& record) {
    if (record.frame == 5) bench_.lost[0] = bench_.lost[1] = true;
  };
  auto engine = Engine::create(cameras(2), options, system_clock());
  ASSERT_TRUE(engine);
  const RunOutcome outcome = (*engine)->run();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::device);
  EXPECT_LT(outcome.summary.seconds, 10) << "it did not wait for its end";
}

/// A file would begin anew and write its frames twice.
TEST_F(SeveralDevices, AFileIsNotMoved) {
  RunOptions options = on(2);
  options.on_record = [&](const FrameRecord& record) {
    if (record.frame == 5) bench_.lost[0] = true;
  };
  auto engine = Engine::create(cameras(1), options, system_clock());
  ASSERT_TRUE(engine);
  const RunOutcome outcome = (*engine)->run();
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->text(), HasSubstr("fallen off the bus"));
}

TEST(ChooseDevices, NamesSeveralOfAKind) {
  EXPECT_EQ(choose_devices("cpu")->size(), 1U);
  for (const char* names : {"cpu:0,1", "cuda:1,x", "cuda:,", "cuda:0,0,"}) EXPECT_FALSE(choose_devices(names)) << names;
}

}  // namespace
}  // namespace lyn
