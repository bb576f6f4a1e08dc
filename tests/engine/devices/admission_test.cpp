#include "engine/devices/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// 1 megapixel, 25 a second, H.264, decode alone: 0.1 of a core as assumed.
CameraNeed small() {
  CameraNeed need;
  need.codec = CodecId::h264;
  need.megapixels = 1;
  need.rate = 25;
  need.least = 1;
  return need;
}

/// The same with a model of 10 ms on one core: 0.25 of a core and of the model more.
CameraNeed with_model(const char* model = "nano", double inferred = 25) {
  CameraNeed need = small();
  need.inferred = inferred;
  need.model = model;
  need.model_time = 10ms;
  need.model_cores = 1;
  return need;
}

TEST(Admission, TakesCamerasUntilNineTenthsOfTheCoresArePlanned) {
  Admission admission({.cores = 1});
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(admission.ask("c" + std::to_string(i), small(), false).admitted) << i;
  const AdmissionAnswer refused = admission.ask("c9", small(), false);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(
      refused.words,
      "there is not enough room for it: cores: it needs 0.10, 0.90 are taken, 0.90 of 1.00 can be planned; decoding "
      "1.00 megapixels x 25 a second x 4.0 ms (assumed) = 0.10 cores");
  admission.leave("c3");
  EXPECT_TRUE(admission.ask("c9", small(), false).admitted);
}

TEST(Admission, ACameraThatAsksAgainDoesNotStandInItsOwnWay) {
  Admission admission({.cores = 1});
  CameraNeed need = small();
  need.rate = 200;  // 0.8
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.ask("a", need, false).admitted);
  EXPECT_FALSE(admission.ask("b", need, false).admitted);
}

TEST(Admission, OneThatIsRefusedHasNoSeat) {
  Admission admission({.cores = 1});
  EXPECT_TRUE(admission.ask("a", small(), false).admitted);
  CameraNeed larger = small();
  larger.megapixels = 100;
  EXPECT_FALSE(admission.ask("a", larger, false).admitted);
  CameraNeed most = small();
  most.rate = 225;
  EXPECT_TRUE(admission.ask("b", most, false).admitted) << "all of it is free";
}

TEST(Admission, GoesByWhatDecodingWasMeasuredToCost) {
  Admission admission({.cores = 1});
  admission.decoded(CodecId::h264, 0.5, 100, 100ms);  // 2 ms a megapixel
  CameraNeed need = small();
  need.rate = 450;
  EXPECT_TRUE(admission.ask("a", need, false).admitted) << "0.9";
  EXPECT_THAT(admission.ask("b", small(), false).words, HasSubstr("x 2.0 ms (measured) = 0.05 cores"));
  CameraNeed other = small();
  other.codec = CodecId::hevc;
  EXPECT_THAT(admission.ask("b", other, false).words, HasSubstr("x 5.0 ms (assumed)"));
  for (int i = 0; i < 100; ++i) admission.decoded(CodecId::h264, 1, 25, 25 * 8ms);
  EXPECT_THAT(admission.ask("b", small(), false).words, HasSubstr("3.60 are taken"))
      << "those that run cost more by now";
}

TEST(Admission, CountsTheModelsTimeAndItsCores) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), false).admitted) << i;
  const AdmissionAnswer full = admission.ask("c3", with_model(), false);
  EXPECT_FALSE(full.admitted);
  EXPECT_THAT(full.words, HasSubstr("model: it needs 0.25 of its time, 0.75 are taken, 0.90 of 1.00 can be planned;"));
  EXPECT_THAT(full.words, HasSubstr("the model 25 a second x 10.0 ms x 1 cores = 0.25 cores"));
  EXPECT_TRUE(admission.ask("c3", with_model("large"), false).admitted) << "another model runs beside it";
}

TEST(Admission, DegradesToTheRateThatThereIsRoomFor) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), true).admitted);
  const AdmissionAnswer less = admission.ask("c3", with_model(), true);
  EXPECT_TRUE(less.admitted);
  EXPECT_EQ(less.factor, 2) << "0.125 of the 0.15 that are left";
  EXPECT_THAT(less.words, HasSubstr("model: it needs 0.25"));
  EXPECT_EQ(admission.ask("c4", with_model(), true).factor, 12) << "0.021 of 0.025";
  EXPECT_FALSE(admission.ask("c5", with_model(), true).admitted) << "one a second would be 0.01 of 0.004";
  admission.set_factor("c2", 2);
  EXPECT_EQ(admission.ask("c5", with_model(), true).factor, 2) << "0.125 came free";
}

TEST(Admission, DegradesNotBelowWhatMakesItWorthwhile) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), true).admitted);
  CameraNeed need = with_model();
  need.least = 20;
  EXPECT_FALSE(admission.ask("c3", need, true).admitted);
}

TEST(Admission, DecodingCannotBeDegraded) {
  Admission admission({.cores = 1});
  CameraNeed need = with_model();
  need.megapixels = 10;
  EXPECT_FALSE(admission.ask("a", need, true).admitted);
}

/// A GPU as measured (DESIGN 10): 3,850 pictures of 1080p a second, one model's time for all.
TEST(Admission, OfAGpuJudgesDecoderModelAndMemory) {
  Admission admission({.decode = 3850 * 2.0736, .models_share_time = true, .memory_bytes = 16ULL << 30U});
  CameraNeed need;
  need.codec = CodecId::h264;
  need.megapixels = 2.0736;
  need.rate = need.inferred = 30;
  need.model = "nano";
  need.model_time = 200us;
  need.model_cores = 1;  // of the host, which are not judged here
  need.memory_bytes = 100ULL << 20U;
  int admitted = 0;
  AdmissionAnswer answer;
  while ((answer = admission.ask(std::to_string(admitted), need, false)).admitted) ++admitted;
  EXPECT_EQ(admitted, 115) << "3465 / 30 and a half";
  EXPECT_THAT(answer.words, HasSubstr("decoder: it needs 62.21 megapixels a second, 7153.92 are taken, 7185.02"));
  EXPECT_THAT(answer.words, testing::Not(HasSubstr("cores")));

  need.megapixels = 0.1;
  need.model = "large";  // it waits for the other one's time, too
  need.model_time = 10ms;
  EXPECT_THAT(admission.ask("more", need, false).words, HasSubstr("model: it needs 0.30 of its time, 0.69 are taken"));
  need.model_time = {};
  need.memory_bytes = 4ULL << 30U;
  EXPECT_THAT(admission.ask("more", need, false).words,
              HasSubstr("memory: it needs 4096.00 MiB, 11500.00 are taken, 14745.60 of 16384.00 can be planned"));
}

TEST(Admission, WhatIsNotKnownIsNotJudged) {
  Admission admission({});
  CameraNeed need = small();
  need.megapixels = 1e6;
  EXPECT_TRUE(admission.ask("a", need, false).admitted);
}

}  // namespace
}  // namespace lyn
