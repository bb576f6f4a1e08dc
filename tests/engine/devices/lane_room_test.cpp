#include "engine/devices/lane_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/motion/motion_detector.h"

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

TEST(LaneRoom, CountsWhatMotionRemembers) {
  LaneModel motion;
  motion.motion = true;
  const auto more = need_of(gate(), full_hd(), motion, 2).memory_bytes - need_of(gate(), full_hd(), {}, 2).memory_bytes;
  EXPECT_EQ(more, MotionDetector::memory_bytes(1920, 1080));
  EXPECT_GT(more, 480U * 270 * 40) << "480 x 270 cells";
  EXPECT_LT(more, 480U * 270 * 120);
}

TEST(LaneRoom, AsksForWhatItsStreamNeeds) {
  Admission admission({.cores = 1});
  const LaneModel none;
  const auto ask = [&](const CameraNeed& need) { return admission.ask("gate", need, IfFull::refuse); };
  LaneRoom room(admission, gate(), {}, none, ask);
  StreamInfo stream = full_hd();
  stream.frame_rate = {100, 1};  // 0.83 of a core
  EXPECT_TRUE(room.ask(stream, 2).admitted);
  stream.frame_rate = {200, 1};
  EXPECT_FALSE(room.ask(stream, 2).admitted);
}

TEST(LaneRoom, MeasuresDecodersOfOneThreadOnly) {
  const LaneModel none;
  const auto words = [&](int threads) {
    Admission admission({.cores = 1});
    LaneRoom room(admission, gate(), {.threads = threads}, none,
                  [&](const CameraNeed& need) { return admission.ask("gate", need, IfFull::refuse); });
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
