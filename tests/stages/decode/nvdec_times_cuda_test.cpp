#include "stages/decode/nvdec_times_cuda.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(NvdecNotes, give_back_what_a_packet_said) {
  NvdecNotes notes;
  Packet packet;
  packet.pts = 40;
  packet.dts = 20;
  packet.duration = 10;
  const auto number = notes.add(packet, true);
  EXPECT_EQ(notes.of(number).pts, 40);
  EXPECT_EQ(notes.of(number).dts, 20);
  EXPECT_EQ(notes.of(number).duration, 10);
  EXPECT_TRUE(notes.of(number).corrupt);
}

TEST(NvdecNotes, know_nothing_of_numbers_that_the_parser_made_up) {
  NvdecNotes notes;
  (void)notes.add({}, false);
  EXPECT_EQ(notes.of(400'000).pts, kNoTimestamp);
  EXPECT_EQ(notes.of(-1).pts, kNoTimestamp);
}

TEST(NvdecNotes, forget_the_oldest) {
  NvdecNotes notes;
  Packet packet;
  packet.pts = 7;
  const auto first = notes.add(packet, false);
  for (int i = 0; i < 128; ++i) (void)notes.add({}, false);
  EXPECT_EQ(notes.of(first).pts, kNoTimestamp);
}

TEST(BestEffortTime, is_the_pts_of_a_sound_stream) {
  BestEffortTime time;
  EXPECT_EQ(time.next(0, 0), 0);
  EXPECT_EQ(time.next(3, 1), 3);
  EXPECT_EQ(time.next(6, 2), 6);
}

TEST(BestEffortTime, is_the_dts_where_no_pts_came) {
  BestEffortTime time;
  EXPECT_EQ(time.next(kNoTimestamp, 5), 5);
  EXPECT_EQ(time.next(kNoTimestamp, kNoTimestamp), kNoTimestamp);
}

TEST(BestEffortTime, turns_to_dts_once_pts_go_backwards) {
  BestEffortTime time;
  EXPECT_EQ(time.next(10, 1), 10);
  EXPECT_EQ(time.next(5, 2), 2);
}

}  // namespace
}  // namespace lyn
