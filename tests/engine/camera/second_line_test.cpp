#include "engine/camera/second_line.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

using namespace std::chrono_literals;

constexpr Rational kRtp{1, 90'000};
constexpr Clock::Monotonic kStart{1000s};
constexpr Clock::Wall kNoon{1'700'000'000s};
using Captured = std::optional<Clock::Wall>;
using By = SecondLine::By;

LineAnchor::Point at(std::int64_t ours, Clock::Monotonic arrival, Captured captured = {}) {
  return {ours, arrival, captured};
}

SecondLine::Seen seen(std::int64_t ticks, Clock::Monotonic arrival, Captured captured = {}, bool key = false) {
  return {{ticks, kRtp}, arrival, captured, key};
}

TEST(SecondLine, lies_by_the_cameras_own_clock_where_both_streams_tell_it) {
  SecondLine line;
  line.note(seen(5000, kStart + 400ms, kNoon + 1s), at(90'000, kStart, kNoon));  // when it came does not count
  EXPECT_EQ(line.by(), By::reports);
  EXPECT_EQ(line.ours({5000, kRtp}), 180'000);
  EXPECT_EQ(line.ours({5000 + 3600, kRtp}), 183'600);
}

TEST(SecondLine, waits_for_the_reports_and_goes_by_arrival_where_none_come) {
  SecondLine line;
  line.note(seen(0, kStart), at(0, kStart));
  EXPECT_FALSE(line.known());
  line.note(seen(90'000, kStart + 4999ms, kNoon), at(0, kStart));
  EXPECT_FALSE(line.known()) << "one clock alone says nothing";
  line.note(seen(450'000, kStart + 5s), at(45'000, kStart + 4s));
  EXPECT_EQ(line.by(), By::arrival);
  EXPECT_EQ(line.ours({450'000, kRtp}), 45'000 + 90'000);
}

TEST(SecondLine, is_laid_anew_at_a_keyframe_once_reports_come_late) {
  SecondLine line;
  line.note(seen(0, kStart), at(0, kStart));
  line.note(seen(450'000, kStart + 5s), at(441'000, kStart + 5s));
  EXPECT_EQ(line.ours({450'000, kRtp}), 441'000);
  line.note(seen(453'600, kStart + 5040ms, kNoon + 5040ms), at(453'600, kStart + 5040ms, kNoon + 5040ms));
  EXPECT_EQ(line.by(), By::arrival) << "not within a group of pictures";
  line.note(seen(457'200, kStart + 5080ms, kNoon + 5080ms, true), at(457'200, kStart + 5080ms, kNoon + 5080ms));
  EXPECT_EQ(line.by(), By::reports);
  EXPECT_EQ(line.ours({457'200, kRtp}), 457'200);
}

TEST(SecondLine, keeps_its_place_against_reports_that_wander_within_a_frame) {
  SecondLine line;
  line.note(seen(0, kStart, kNoon), at(0, kStart, kNoon));
  line.note(seen(3600, kStart + 40ms, kNoon + 55ms, true), at(0, kStart, kNoon));
  EXPECT_EQ(line.ours({3600, kRtp}), 3600);
}

TEST(SecondLine, does_not_believe_clocks_that_have_nothing_to_do_with_each_other) {
  SecondLine line;
  line.note(seen(0, kStart, kNoon + 1h), at(0, kStart, kNoon));
  EXPECT_FALSE(line.known());
  line.note(seen(450'000, kStart + 5s, kNoon + 1h + 5s), at(450'000, kStart + 5s, kNoon + 5s));
  EXPECT_EQ(line.by(), By::arrival);
  EXPECT_EQ(line.ours({450'000, kRtp}), 450'000);
}

TEST(SecondLine, waits_for_the_line_itself) {
  SecondLine line;
  line.note(seen(0, kStart, kNoon), {});
  line.note(seen(900'000, kStart + 10s, kNoon + 10s), {});
  EXPECT_FALSE(line.known());
  EXPECT_TRUE(line.waited());
  line.note(seen(990'000, kStart + 11s, kNoon + 11s), at(0, kStart + 11s, kNoon + 11s));
  ASSERT_TRUE(line.known());
  EXPECT_EQ(line.ours({900'000, kRtp}), -90'000) << "what came before the line began lies before it";
}

TEST(SecondLine, settles_for_arrival_when_a_connection_ends_early) {
  SecondLine line;
  line.settle(at(0, kStart));
  EXPECT_FALSE(line.known()) << "nothing came";
  line.note(seen(9000, kStart + 1s), at(0, kStart));
  line.settle(at(0, kStart));
  EXPECT_EQ(line.by(), By::arrival);
  EXPECT_EQ(line.ours({9000, kRtp}), 90'000);
}

TEST(SecondLine, takes_times_of_another_base_and_none_that_is_not_there) {
  SecondLine line;
  line.note({{kNoTimestamp, {1, 1000}}, kStart, kNoon}, at(0, kStart, kNoon));
  EXPECT_FALSE(line.known());
  line.note({{2000, {1, 1000}}, kStart, kNoon + 1s}, at(0, kStart, kNoon));
  ASSERT_TRUE(line.known());
  EXPECT_EQ(line.ours({2500, {1, 1000}}), 90'000 + 45'000);
}

TEST(SecondLine, forgets_its_place_with_the_next_connection) {
  SecondLine line;
  line.note(seen(0, kStart, kNoon), at(0, kStart, kNoon));
  line.new_connection();
  EXPECT_FALSE(line.known());
  EXPECT_FALSE(line.waited());
}

TEST(LineAnchor, is_begun_once) {
  LineAnchor anchor;
  EXPECT_FALSE(anchor.begin(at(0, kStart)));
  const auto begun = anchor.begin(at(7, kStart + 1s));
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->ours, 0);
  anchor.set(at(90'000, kStart + 1s));
  EXPECT_EQ(anchor.get()->ours, 90'000);
}

}  // namespace
}  // namespace lyn
