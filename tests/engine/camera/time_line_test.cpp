#include "engine/camera/time_line.h"

#include <gtest/gtest.h>

#include <random>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using Time = Clock::Monotonic;

constexpr std::int64_t kFrame = 3600;  // 40 ms of 90 kHz

MediaTime at(std::int64_t ticks) {
  return {ticks, {1, 90'000}};
}

/// A camera that has run for ten frames from `first`, 40 ms apart; the last arrived at 9 * 40 ms.
TimeLine after_ten_frames(std::int64_t first) {
  TimeLine line;
  for (int i = 0; i < 10; ++i) {
    const auto place = line.place(at(first + i * kFrame), Time(i * 40ms));
    EXPECT_EQ(place.pts.ticks, i * kFrame);
    EXPECT_FALSE(place.discontinuity);
  }
  return line;
}

constexpr Time kNext{400ms};

TEST(TimeLine, StartsAtNothingAndFollowsTheCamera) {
  after_ten_frames(1'234'567);
}

TEST(TimeLine, GoesOnByTheTimeBetweenArrivalsWhereTheCameraJumpsAhead) {
  TimeLine line = after_ten_frames(0);
  const auto jump = line.place(at(3600LL * 90'000), kNext);
  EXPECT_EQ(jump.pts.ticks, 10 * kFrame);
  EXPECT_TRUE(jump.discontinuity);
  const auto after = line.place(at(3600LL * 90'000 + kFrame), kNext + 40ms);
  EXPECT_EQ(after.pts.ticks, 11 * kFrame);
  EXPECT_FALSE(after.discontinuity) << "it is followed again from its new time";
}

TEST(TimeLine, GoesOnWhereTheCameraRunsBackwards) {
  TimeLine line = after_ten_frames(1'000'000);
  const auto back = line.place(at(500'000), kNext);
  EXPECT_EQ(back.pts.ticks, 10 * kFrame);
  EXPECT_TRUE(back.discontinuity);
  EXPECT_EQ(line.place(at(500'000 + kFrame), kNext + 40ms).pts.ticks, 11 * kFrame);
}

TEST(TimeLine, DoesNotNoticeAWrap) {
  for (const std::int64_t range : {1LL << 32, 1LL << 33}) {
    TimeLine line = after_ten_frames(range - 9 * kFrame - 100);
    for (int i = 0; i < 5; ++i) {
      const auto place = line.place(at(kFrame - 100 + i * kFrame), kNext + i * 40ms);
      EXPECT_EQ(place.pts.ticks, (10 + i) * kFrame);
      EXPECT_FALSE(place.discontinuity);
    }
  }
}

TEST(TimeLine, GoesOnWhereTheCameraStandsStill) {
  TimeLine line = after_ten_frames(0);
  for (int i = 0; i < 5; ++i) {
    const auto place = line.place(at(9 * kFrame), kNext + i * 40ms);
    EXPECT_EQ(place.pts.ticks, (10 + i) * kFrame);
    EXPECT_TRUE(place.discontinuity);
  }
}

TEST(TimeLine, CountsTheTimeThatACameraWasAway) {
  TimeLine line = after_ten_frames(77);
  line.new_connection();
  const auto back = line.place(at(5), Time(360ms) + 7s);
  EXPECT_EQ(back.pts.ticks, 9 * kFrame + 7 * 90'000);
  EXPECT_TRUE(back.discontinuity);
  EXPECT_EQ(line.place(at(5 + kFrame), Time(400ms) + 7s).pts.ticks, 10 * kFrame + 7 * 90'000);
}

TEST(TimeLine, MayComeBackWithAnotherBase) {
  TimeLine line = after_ten_frames(0);
  line.new_connection();
  line.place({0, {1, 1000}}, kNext);
  EXPECT_EQ(line.place({40, {1, 1000}}, kNext + 40ms).pts.ticks, 11 * kFrame);
}

TEST(TimeLine, FollowsABurstAfterSilence) {
  TimeLine line = after_ten_frames(0);
  for (int i = 0; i < 50; ++i) {
    const auto place = line.place(at((10 + i) * kFrame), kNext + 2s);
    EXPECT_EQ(place.pts.ticks, (10 + i) * kFrame) << i;
    EXPECT_FALSE(place.discontinuity);
  }
}

TEST(TimeLine, FollowsAPictureEachTenSeconds) {
  TimeLine line;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(line.place(at(i * 900'000), Time(i * 10s)).pts.ticks, i * 900'000);
  }
}

TEST(TimeLine, KeepsToTheCamerasClockOverConnections) {
  const Clock::Wall noon{1'700'000'000s};
  TimeLine line;
  line.place(at(0), Time(0ms), noon);
  line.new_connection();
  const auto again = line.place(at(77'000), Time(1500ms));  // it came half a second late; nothing says so yet
  EXPECT_TRUE(again.discontinuity);
  EXPECT_EQ(again.pts.ticks, 135'000);
  const auto told = line.place(at(77'000 + 2 * kFrame), Time(1580ms), noon + 1080ms);
  EXPECT_TRUE(told.discontinuity);
  EXPECT_EQ(told.pts.ticks, 135'001) << "times only rise";
  EXPECT_EQ(line.ours(at(77'000 + 2 * kFrame)), 97'200);
  const auto later = line.place(at(77'000 + 30 * kFrame), Time(2700ms), noon + 2200ms);
  EXPECT_FALSE(later.discontinuity);
  EXPECT_EQ(later.pts.ticks, 198'000);
}

TEST(TimeLine, DoesNotFollowAClockThatWasSet) {
  const Clock::Wall noon{1'700'000'000s};
  TimeLine line;
  line.place(at(0), Time(0ms), noon);
  line.new_connection();
  EXPECT_EQ(line.place(at(0), Time(1s), noon + 1h).pts.ticks, 90'000);
}

TEST(TimeLine, GoesOnFromWhereAnotherStreamBeganIt) {
  TimeLine line;
  line.begin(0, Time(0ms), {});
  EXPECT_TRUE(line.began());
  const auto first = line.place(at(1'000'000), Time(7s));
  EXPECT_EQ(first.pts.ticks, 630'000);
  EXPECT_EQ(line.place(at(1'000'000 + kFrame), Time(7040ms)).pts.ticks, 630'000 + kFrame);
}

TEST(TimeLine, RisesWhateverComes) {
  std::mt19937_64 random(7);
  TimeLine line;
  std::int64_t last = -1;
  Time arrival{};
  for (int i = 0; i < 100'000; ++i) {
    if (random() % 50 == 0) line.new_connection();
    arrival += std::chrono::milliseconds(static_cast<int>(random() % 120) - 20);  // B-frames arrive out of order
    const auto ticks = static_cast<std::int64_t>(random() >> (random() % 60 + 2));
    const auto place = line.place(at(random() % 2 == 0 ? ticks : -ticks), arrival);
    ASSERT_GT(place.pts.ticks, last);
    last = place.pts.ticks;
  }
}

TEST(TimeLine, SaysWhereOtherTimesOfTheSameConnectionLie) {
  TimeLine line = after_ten_frames(1'000'000);
  EXPECT_EQ(line.ours(at(1'000'000 + 12 * kFrame)), 12 * kFrame);
  EXPECT_NEAR(line.shift(), -1e6 / 9e4, 1e-9);
  line.new_connection();
  const auto first = line.place({7'000, {1, 1000}}, kNext + 100ms);
  EXPECT_EQ(line.ours({7'040, {1, 1000}}), first.pts.ticks + kFrame);
  EXPECT_NEAR(line.shift(), first.pts.seconds() - 7, 1e-9);
}

}  // namespace
}  // namespace lyn
