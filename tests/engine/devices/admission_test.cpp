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
  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(admission.ask("c" + std::to_string(i), small(), IfFull::refuse).admitted) << i;
  const AdmissionAnswer refused = admission.ask("c9", small(), IfFull::refuse);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(
      refused.words,
      "there is not enough room for it: cores: it needs 0.10, 0.90 are taken, 0.90 of 1.00 can be planned; decoding "
      "1.00 megapixels x 25 a second x 4.0 ms (assumed) = 0.10 cores");
  admission.leave("c3");
  EXPECT_TRUE(admission.ask("c9", small(), IfFull::refuse).admitted);
}

TEST(Admission, ACameraThatAsksAgainDoesNotStandInItsOwnWay) {
  Admission admission({.cores = 1});
  CameraNeed need = small();
  need.rate = 200;  // 0.8
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.ask("a", need, IfFull::refuse).admitted);
  EXPECT_FALSE(admission.ask("b", need, IfFull::refuse).admitted);
}

TEST(Admission, OneThatIsRefusedHasNoSeat) {
  Admission admission({.cores = 1});
  EXPECT_TRUE(admission.ask("a", small(), IfFull::refuse).admitted);
  CameraNeed larger = small();
  larger.megapixels = 100;
  EXPECT_FALSE(admission.ask("a", larger, IfFull::refuse).admitted);
  CameraNeed most = small();
  most.rate = 225;
  EXPECT_TRUE(admission.ask("b", most, IfFull::refuse).admitted) << "all of it is free";
}

TEST(Admission, GoesByWhatDecodingWasMeasuredToCost) {
  Admission admission({.cores = 1});
  admission.decoded(CodecId::h264, 0.5, 100, 100ms);  // 2 ms a megapixel
  CameraNeed need = small();
  need.rate = 450;
  EXPECT_TRUE(admission.ask("a", need, IfFull::refuse).admitted) << "0.9";
  EXPECT_THAT(admission.ask("b", small(), IfFull::refuse).words, HasSubstr("x 2.0 ms (measured) = 0.05 cores"));
  CameraNeed other = small();
  other.codec = CodecId::hevc;
  EXPECT_THAT(admission.ask("b", other, IfFull::refuse).words, HasSubstr("x 5.0 ms (assumed)"));
  for (int i = 0; i < 100; ++i) admission.decoded(CodecId::h264, 1, 25, 25 * 8ms);
  EXPECT_THAT(admission.ask("b", small(), IfFull::refuse).words, HasSubstr("3.60 are taken"))
      << "those that run cost more by now";
}

TEST(Admission, CountsTheModelsTimeAndItsCores) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), IfFull::refuse).admitted) << i;
  const AdmissionAnswer full = admission.ask("c3", with_model(), IfFull::refuse);
  EXPECT_FALSE(full.admitted);
  EXPECT_THAT(full.words, HasSubstr("model: it needs 0.25 of its time, 0.75 are taken, 0.90 of 1.00 can be planned;"));
  EXPECT_THAT(full.words, HasSubstr("the model 25 a second x 10.0 ms x 1 cores = 0.25 cores"));
  EXPECT_TRUE(admission.ask("c3", with_model("large"), IfFull::refuse).admitted) << "another model runs beside it";
}

TEST(Admission, DegradesToTheRateThatThereIsRoomFor) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), IfFull::degrade).admitted);
  const AdmissionAnswer less = admission.ask("c3", with_model(), IfFull::degrade);
  EXPECT_TRUE(less.admitted);
  EXPECT_EQ(less.factor, 2) << "0.125 of the 0.15 that are left";
  EXPECT_THAT(less.words, HasSubstr("model: it needs 0.25"));
  EXPECT_EQ(admission.ask("c4", with_model(), IfFull::degrade).factor, 12) << "0.021 of 0.025";
  EXPECT_FALSE(admission.ask("c5", with_model(), IfFull::degrade).admitted) << "one a second would be 0.01 of 0.004";
  admission.set_factor("c2", 2);
  EXPECT_EQ(admission.ask("c5", with_model(), IfFull::degrade).factor, 2) << "0.125 came free";
}

TEST(Admission, DegradesNotBelowWhatMakesItWorthwhile) {
  Admission admission({.cores = 4});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(admission.ask("c" + std::to_string(i), with_model(), IfFull::degrade).admitted);
  CameraNeed need = with_model();
  need.least = 20;
  EXPECT_FALSE(admission.ask("c3", need, IfFull::degrade).admitted);
}

TEST(Admission, DecodingCannotBeDegraded) {
  Admission admission({.cores = 1});
  CameraNeed need = with_model();
  need.megapixels = 10;
  EXPECT_FALSE(admission.ask("a", need, IfFull::degrade).admitted);
}

/// 1080p H.264 at 30 with a model, as on an H100.
CameraNeed on_a_gpu() {
  CameraNeed need;
  need.codec = CodecId::h264;
  need.megapixels = 2.0736;
  need.rate = need.inferred = 30;
  need.model = "nano";
  need.model_time = 150us;
  need.model_cores = 1;  // of the host, which are not judged here
  need.memory_bytes = 90ULL << 20U;
  return need;
}

/// Its seven decoders, and one model's time for all.
TEST(Admission, OfAGpuJudgesDecodersModelAndMemory) {
  Admission admission({.decoders = 7, .models_share_time = true, .memory_bytes = 16ULL << 30U});
  CameraNeed need = on_a_gpu();
  int admitted = 0;
  AdmissionAnswer answer;
  while ((answer = admission.ask(std::to_string(admitted), need, IfFull::refuse)).admitted) ++admitted;
  EXPECT_EQ(admitted, 153) << "6.3 / (62.2 x 0.66 ms)";
  EXPECT_THAT(answer.words, HasSubstr("decoders: it needs 0.04, 6.28 are taken, 6.30 of 7.00 can be planned;"));
  EXPECT_THAT(answer.words,
              HasSubstr("decoding 2.07 megapixels x 30 a second x 0.66 ms (assumed) = 0.04 of 7 decoders"));
  EXPECT_THAT(answer.words, testing::Not(HasSubstr("cores")));

  need.megapixels = 0.1;
  need.model = "large";  // it waits for the other one's time, too
  need.model_time = 10ms;
  EXPECT_THAT(admission.ask("more", need, IfFull::refuse).words,
              HasSubstr("model: it needs 0.30 of its time, 0.69 are taken"));
  need.model_time = {};
  need.memory_bytes = 4ULL << 30U;
  EXPECT_THAT(admission.ask("more", need, IfFull::refuse).words,
              HasSubstr("memory: it needs 4096.00 MiB, 13770.00 are taken, 14745.60 of 16384.00 can be planned"));
}

TEST(Admission, GoesByHowBusyTheDecodersSayTheyAre) {
  Admission admission({.decoders = 1});
  const CameraNeed need = on_a_gpu();
  const auto decode_for_a_second = [&](int cameras) {
    for (int i = 0; i < cameras; ++i) admission.decoded(need.codec, need.megapixels, 30, {});
  };
  decode_for_a_second(2);
  admission.decoders_busy(0.4, 1);
  EXPECT_NEAR(admission.cost_of(need).decode, 0.041, 0.001) << "clocked down: it says nothing";
  decode_for_a_second(10);
  admission.decoders_busy(0.82, 1);
  EXPECT_NEAR(admission.cost_of(need).decode, 0.082, 0.001) << "half as fast as an H100's";
  for (int i = 0; i < 100; ++i) {
    decode_for_a_second(20);
    admission.decoders_busy(0.82, 1);
  }
  EXPECT_NEAR(admission.cost_of(need).decode, 0.041, 0.001) << "what is newer counts";
  admission.decoders_busy(1, 1);
  EXPECT_NEAR(admission.cost_of(need).decode, 0.041, 0.001) << "nothing was decoded: others use them";
  int admitted = 0;
  while (admission.ask(std::to_string(admitted), need, IfFull::refuse).admitted) ++admitted;
  EXPECT_EQ(admitted, 21);
  EXPECT_THAT(admission.ask("more", need, IfFull::refuse).words, HasSubstr("(measured)"));
}

TEST(Admission, SaysWhatShareOfADeviceCamerasTake) {
  Admission admission({.decoders = 7, .models_share_time = true, .memory_bytes = 16ULL << 30U});
  EXPECT_TRUE(admission.ask("a", on_a_gpu(), IfFull::refuse).admitted);
  EXPECT_TRUE(admission.ask("b", on_a_gpu(), IfFull::refuse).admitted);
  const DeviceLoad load = admission.load();
  EXPECT_NEAR(load.decode, 2 * 0.041 / 7, 0.0002);
  EXPECT_NEAR(load.model, 2 * 30 * 150e-6, 1e-9);
  EXPECT_EQ(load.memory_bytes, 180ULL << 20U);
  EXPECT_NEAR(Admission({.cores = 4}).cost_of(small()).decode, 0.1 / 4, 1e-9) << "where decoding takes cores";
}

TEST(Admission, CountsThoseThatComeAllTheSame) {
  Admission admission({.cores = 1});
  CameraNeed most = small();
  most.rate = 400;
  EXPECT_TRUE(admission.ask("a", most, IfFull::admit).admitted);
  EXPECT_NEAR(admission.load().decode, 1.6, 1e-9);
  EXPECT_FALSE(admission.ask("b", small(), IfFull::refuse).admitted);
}

TEST(Admission, WhatIsNotKnownIsNotJudged) {
  Admission admission({});
  CameraNeed need = small();
  need.megapixels = 1e6;
  EXPECT_TRUE(admission.ask("a", need, IfFull::refuse).admitted);
}

}  // namespace
}  // namespace lyn
