#include "engine/devices/lane_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

CameraConfig gate() {
  CameraConfig camera;
  camera.id = "gate";
  return camera;
}

StreamInfo full_hd() {
  StreamInfo stream;
  stream.codec = CodecId::h264;
  stream.width = 1920;
  stream.height = 1080;
  stream.frame_rate = {30, 1};
  return stream;
}

TEST(LaneRoom, AsksInTheTermsOfTheStream) {
  const CameraNeed need = need_of(gate(), full_hd(), {}, 2);
  EXPECT_EQ(need.codec, CodecId::h264);
  EXPECT_DOUBLE_EQ(need.megapixels, 2.0736);
  EXPECT_DOUBLE_EQ(need.rate, 30);
  EXPECT_EQ(need.memory_bytes, 10U * 1920 * 1080 * 3 / 2) << "eight of the decoder and two that wait";
  EXPECT_EQ(need.model, "");
  EXPECT_EQ(need.inferred, 0) << "without a model nothing is";
}

TEST(LaneRoom, TakesTheUsualRateWhereTheStreamDoesNotSay) {
  StreamInfo stream = full_hd();
  stream.frame_rate = {0, 1};
  EXPECT_DOUBLE_EQ(need_of(gate(), stream, {}, 2).rate, 25);
}

TEST(LaneRoom, CountsWhatTheSamplesOfAPictureTake) {
  StreamInfo stream = full_hd();
  stream.bit_depth = 10;
  EXPECT_EQ(need_of(gate(), stream, {}, 0).memory_bytes, 8U * 1920 * 1080 * 3);
  stream.chroma = Chroma::yuv444;
  EXPECT_EQ(need_of(gate(), stream, {}, 0).memory_bytes, 8U * 1920 * 1080 * 6);
  stream.chroma = Chroma::grey;
  EXPECT_EQ(need_of(gate(), stream, {}, 0).memory_bytes, 8U * 1920 * 1080 * 2);
}

TEST(LaneRoom, TellsWhoWantsToKnowWhatWasAnswered) {
  Admission admission({.cores = 1});
  const LaneModel none;
  std::vector<bool> answers;
  const auto note = [&](const AdmissionAnswer& answer) { answers.push_back(answer.admitted); };
  LaneRoom gate_room(admission, gate(), {}, none, false, note);
  CameraConfig yard = gate();
  yard.id = "yard";
  LaneRoom yard_room(admission, yard, {}, none, false, note);
  StreamInfo stream = full_hd();
  stream.frame_rate = {100, 1};  // 0.83 of a core
  EXPECT_TRUE(gate_room.ask(stream, 2).admitted);
  EXPECT_FALSE(yard_room.ask(stream, 2).admitted);
  EXPECT_THAT(answers, testing::ElementsAre(true, false));
}

TEST(LaneRoom, MeasuresDecodersOfOneThreadOnly) {
  const LaneModel none;
  const auto words = [&](int threads) {
    Admission admission({.cores = 1});
    LaneRoom room(admission, gate(), {.threads = threads}, none, false, [](const AdmissionAnswer&) {});
    StreamInfo stream = full_hd();
    room.decoded(stream, 100, 100 * 6ms);
    stream.frame_rate = {1000, 1};
    return room.ask(stream, 2).words;
  };
  EXPECT_THAT(words(1), HasSubstr("x 2.9 ms (measured)"));
  EXPECT_THAT(words(2), HasSubstr("x 4.0 ms (assumed)"));
}

}  // namespace
}  // namespace lyn
