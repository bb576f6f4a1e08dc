#include "engine/camera/overload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = Overload::Change::Kind;

/// A camera of 25 frames a second: a second of it, all well.
LoadWindow well(int factor = 1, int every = 1) {
  const auto wanted = static_cast<std::uint64_t>(25 / factor / every);
  LoadWindow window;
  window.length = 1s;
  window.packets = window.decoded = 25;
  window.wanted = window.processed = wanted;
  window.latency = wanted * 50ms;
  window.in_model = wanted * 30ms;
  window.decoding = 100ms;
  return window;
}

/// The model answers `served` frames of it.
LoadWindow short_of(std::uint64_t served, int factor = 1) {
  LoadWindow window = well(factor);
  window.processed = std::min(window.wanted, served);
  window.unserved = window.wanted - window.processed;
  return window;
}

LoadWindow late(LoadWindow window = well()) {
  window.late = window.close = window.processed;
  window.latency = window.processed * 2s;
  window.in_model = window.processed * 1900ms;
  return window;
}

std::string words() {
  return " (a batch of 4.0 takes 310 ms)";
}

class OverloadTest : public testing::Test {
 protected:
  Overload camera(ObjectiveConfig objective = {}, bool pictures = false, int every = 1) {
    return {objective, every, pictures, 7};
  }
  /// The last change of so many windows.
  std::optional<Overload::Change> seconds(Overload& camera, int count, const LoadWindow& window) {
    std::optional<Overload::Change> last;
    for (int i = 0; i < count; ++i) {
      if (auto change = camera.judge(window, words)) last = std::move(change);
    }
    return last;
  }
  /// Seconds until it says something.
  int until_change(Overload& camera, const LoadWindow& window, int most = 1000) {
    for (int i = 1; i <= most; ++i) {
      if (camera.judge(window, words)) return i;
    }
    return -1;
  }
};

TEST_F(OverloadTest, AllIsWell) {
  Overload gate = camera();
  EXPECT_FALSE(seconds(gate, 1000, well()));
  EXPECT_FALSE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 1);
}

TEST_F(OverloadTest, ABurstIsNone) {
  Overload gate = camera();
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(seconds(gate, 2, late()));
    EXPECT_FALSE(seconds(gate, 1, well()));
  }
}

TEST_F(OverloadTest, ThreeLateSecondsAreAndTheCauseSaysWhatToDo) {
  Overload gate = camera();
  EXPECT_FALSE(seconds(gate, 2, late()));
  const auto change = gate.judge(late(), words);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, Kind::began);
  EXPECT_TRUE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 2);
  EXPECT_EQ(
      change->text,
      "frames take 2000 ms, of which 1000 are the objective: the model is too slow (a batch of 4.0 takes 310 ms); a "
      "smaller one, a greater detector.every or fewer cameras would help; meanwhile one frame in 2 is inferred");
  EXPECT_EQ(gate.cause(), change->text);
}

TEST_F(OverloadTest, ShedsStepByStepDownToOneFrameASecond) {
  Overload gate = camera();
  seconds(gate, 3, late());
  std::vector<int> factors;
  for (int i = 0; i < 12; ++i) {
    factors.push_back(gate.factor());
    seconds(gate, 2, late(well(gate.factor())));
  }
  EXPECT_THAT(factors, testing::ElementsAre(2, 3, 4, 6, 8, 12, 16, 24, 24, 24, 24, 24));
  EXPECT_TRUE(gate.overloaded());
}

TEST_F(OverloadTest, ShedsAtOnceWhatTheModelCannotServe) {
  Overload gate = camera();
  seconds(gate, 3, short_of(5));
  EXPECT_EQ(gate.factor(), 6) << "25 / 5 is 5";
  EXPECT_THAT(gate.cause(), HasSubstr("20 of 25 frames found no room in the model: the model is too slow"));
}

TEST_F(OverloadTest, NeverShedsBelowTheRateOfTheObjective) {
  Overload gate = camera({1000ms, 8});
  seconds(gate, 60, late());
  EXPECT_EQ(gate.factor(), 3);
}

TEST_F(OverloadTest, WhatIsMoreThanTheObjectivesRateMayBeMissed) {
  Overload gate = camera({1000ms, 5});
  EXPECT_FALSE(seconds(gate, 60, short_of(6)));
  EXPECT_TRUE(seconds(gate, 3, short_of(4)));
  EXPECT_THAT(gate.cause(), HasSubstr("21 of 25 frames found no room in the model, 5 a second are the objective"));
}

TEST_F(OverloadTest, TheRateIsThatOfTheCameraAfterItsOwnEvery) {
  Overload gate = camera({}, false, 5);
  seconds(gate, 60, late(well(1, 5)));
  EXPECT_EQ(gate.factor(), 4) << "5 a second, of which one is to stay";
  EXPECT_THAT(gate.cause(), HasSubstr("one frame in 20 is inferred"));
}

TEST_F(OverloadTest, PicturesGoLastAndOnlyWhereThatHelps) {
  Overload gate = camera({1000ms, 20}, true);
  auto change = seconds(gate, 3, late());
  ASSERT_TRUE(change);
  EXPECT_EQ(gate.factor(), 1);
  EXPECT_TRUE(gate.sheds_pictures());
  EXPECT_THAT(change->text, HasSubstr("meanwhile video and snapshots are left out"));

  change = seconds(gate, 2, late());  // as bad as before
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, Kind::gave_back);
  EXPECT_FALSE(gate.sheds_pictures());
  EXPECT_TRUE(gate.overloaded());
  EXPECT_FALSE(seconds(gate, 100, late())) << "it is not tried again";
}

TEST_F(OverloadTest, PicturesStayAwayWhereThatHelped) {
  Overload gate = camera({1000ms, 20}, true);
  seconds(gate, 3, late());
  LoadWindow better = late();
  better.latency /= 2;
  EXPECT_FALSE(seconds(gate, 10, better));
  EXPECT_TRUE(gate.sheds_pictures());
}

TEST_F(OverloadTest, WithoutPicturesNothingElseIsGivenUp) {
  Overload gate = camera({1000ms, 20}, false);
  EXPECT_TRUE(seconds(gate, 3, late()));
  EXPECT_FALSE(seconds(gate, 100, late()));
  EXPECT_EQ(gate.factor(), 1);
  EXPECT_FALSE(gate.sheds_pictures());
}

TEST_F(OverloadTest, ComesBackStepByStepAfterACalm) {
  Overload gate = camera();
  seconds(gate, 5, late());
  ASSERT_EQ(gate.factor(), 3);
  const int first = until_change(gate, well(3));
  EXPECT_GE(first, 5);
  EXPECT_LE(first, 8) << "5 s and their spread";
  EXPECT_EQ(gate.factor(), 2);
  EXPECT_TRUE(gate.overloaded());
  std::optional<Overload::Change> over;
  while (!over) over = gate.judge(well(2), words);
  EXPECT_EQ(over->kind, Kind::over);
  EXPECT_THAT(over->text, HasSubstr("its objective is met again after"));
  EXPECT_FALSE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 1);
  EXPECT_EQ(gate.cause(), "");
}

TEST_F(OverloadTest, NeitherWellNorBadChangesNothing) {
  Overload gate = camera();
  seconds(gate, 3, late());
  LoadWindow close = well(2);
  close.close = close.processed;  // between 4/5 of the latency and all of it
  EXPECT_FALSE(seconds(gate, 500, close));
  EXPECT_TRUE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 2);
}

TEST_F(OverloadTest, WaitsLongerEachTimeThatAStepBackWasOneTooMany) {
  Overload gate = camera();
  seconds(gate, 5, late());
  std::vector<int> calms;
  for (int i = 0; i < 8; ++i) {
    calms.push_back(until_change(gate, well(3)));
    ASSERT_EQ(gate.factor(), 2);
    ASSERT_EQ(until_change(gate, late(well(2))), 2);
    ASSERT_EQ(gate.factor(), 3);
  }
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GT(calms[i], calms[i - 1]);
  EXPECT_GE(calms[3], 40);
  EXPECT_LE(calms[7], 450) << "five minutes and their spread";
}

TEST_F(OverloadTest, PacketsThatNobodyTookAreTheDecodersTrouble) {
  Overload gate = camera();
  LoadWindow window = well();
  window.packets_lost = 10;
  window.decoded = window.wanted = window.processed = 15;
  window.decoding = 900ms;
  window.in_model = {};
  seconds(gate, 3, window);
  EXPECT_THAT(gate.cause(), HasSubstr("10 of 25 pictures were dropped undecoded: decoding takes 60.0 ms a picture, one "
                                      "comes each 40.0 ms; a smaller stream"));
}

TEST_F(OverloadTest, ASlowDiskIsNamed) {
  Overload gate = camera();
  LoadWindow window = late();
  window.in_model = {};
  window.writing = 950ms;
  seconds(gate, 3, window);
  EXPECT_THAT(gate.cause(), HasSubstr("writing records takes 38.0 ms a frame, one comes each 40.0 ms; check the disk"));
}

TEST_F(OverloadTest, AModelThatDoesNotAnswerAtAllIsSeen) {
  Overload gate = camera();
  LoadWindow window = well();
  window.processed = 0;
  window.latency = window.in_model = {};
  window.oldest = 1500ms;
  EXPECT_TRUE(seconds(gate, 3, window));
  EXPECT_THAT(gate.cause(), HasSubstr("frames take 1500 ms, of which 1000 are the objective: the model is too slow"));
}

TEST_F(OverloadTest, ASilentCameraIsNotOverloaded) {
  Overload gate = camera();
  LoadWindow nothing;
  nothing.length = 10s;
  EXPECT_FALSE(seconds(gate, 100, nothing));
}

TEST_F(OverloadTest, StartsWithLessAndGoesUpFromThere) {
  Overload gate = camera();
  gate.begin_with(4, "there is room for a quarter");
  EXPECT_TRUE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 4);
  EXPECT_EQ(gate.cause(), "there is room for a quarter; meanwhile one frame in 4 is inferred");
  EXPECT_GE(until_change(gate, well(4)), 5);
  EXPECT_EQ(gate.factor(), 3);
}

TEST_F(OverloadTest, ForgetsAllWithTheConnection) {
  Overload gate = camera();
  seconds(gate, 20, late());
  gate.reset();
  EXPECT_FALSE(gate.overloaded());
  EXPECT_EQ(gate.factor(), 1);
  EXPECT_FALSE(seconds(gate, 2, late()));
}

}  // namespace
}  // namespace lyn
