#include "stages/ingest/rtsp/sound_clock.h"

#include <gtest/gtest.h>

namespace lyn::rtsp {
namespace {

using namespace std::chrono_literals;

constexpr int kRate = 8000;
constexpr Rational kPictureBase{1, 90'000};
const Clock::Monotonic kStart{1000s};
const Clock::Wall kWall{1'700'000'000s};

Packet packet(std::int64_t pts, std::optional<Clock::Wall> captured = {}) {
  Packet packet;
  packet.pts = pts;
  packet.captured = captured;
  return packet;
}

class Sound : public testing::Test {
 protected:
  void picture(std::chrono::milliseconds at, std::optional<Clock::Wall> captured = {}) {
    clock_.picture(packet(at.count() * 90, captured), kPictureBase, kStart + at);
  }
  /// Where a sound with this time of its own lies, in milliseconds.
  std::int64_t sound(std::chrono::milliseconds own, std::chrono::milliseconds arrival,
                     std::optional<Clock::Wall> captured = {}) {
    return clock_.place(packet(own.count() * 8, captured), kStart + arrival).value_or(-1) / 8;
  }
  SoundClock clock_{kRate};
};

TEST_F(Sound, has_no_place_before_the_first_picture) {
  EXPECT_FALSE(clock_.place(packet(0), kStart).has_value());
}

TEST_F(Sound, goes_by_arrival_until_reports_have_come) {
  picture(400ms);
  EXPECT_EQ(sound(0ms, 500ms), 500);
  EXPECT_EQ(sound(20ms, 600ms), 520) << "after that by its own clock, however late it comes";
}

TEST_F(Sound, goes_by_reports_once_both_have_come) {
  picture(400ms);
  EXPECT_EQ(sound(0ms, 500ms), 500);
  picture(440ms, kWall + 440ms);
  EXPECT_EQ(sound(20ms, 520ms), 520) << "of the pictures alone they say nothing";
  EXPECT_EQ(sound(40ms, 540ms, kWall + 300ms), 300) << "it was taken 140 ms before the picture";
}

TEST_F(Sound, keeps_to_its_own_clock_where_reports_differ_a_little) {
  picture(400ms, kWall + 400ms);
  EXPECT_EQ(sound(0ms, 500ms, kWall + 450ms), 450);
  EXPECT_EQ(sound(20ms, 520ms, kWall + 500ms), 470) << "30 ms off";
  EXPECT_EQ(sound(40ms, 540ms, kWall + 540ms), 540) << "50 ms off";
}

TEST_F(Sound, does_not_believe_reports_that_put_it_elsewhere) {
  picture(400ms, kWall + 400ms);
  EXPECT_EQ(sound(0ms, 500ms, kWall + 1h), 500);
}

TEST_F(Sound, follows_the_pictures_over_a_jump_of_their_clock) {
  picture(400ms);
  EXPECT_EQ(sound(0ms, 400ms), 400);
  Packet jumped = packet(10'000 * 90);
  jumped.discontinuity = true;
  clock_.picture(jumped, kPictureBase, kStart + 500ms);
  EXPECT_EQ(sound(120ms, 520ms), 10'020);
}

}  // namespace
}  // namespace lyn::rtsp
