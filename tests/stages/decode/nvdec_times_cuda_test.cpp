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
  notes.keep(3, packet);
  EXPECT_EQ(notes.of(3).pts, 40);
  EXPECT_EQ(notes.of(3).dts, 20);
  EXPECT_EQ(notes.of(3).duration, 10);
}

TEST(NvdecNotes, know_no_times_of_packets_that_never_came_or_are_long_gone) {
  NvdecNotes notes;
  Packet packet;
  packet.pts = 7;
  notes.keep(0, packet);
  EXPECT_EQ(notes.of(1).pts, kNoTimestamp);
  EXPECT_EQ(notes.of(-1).pts, kNoTimestamp);
  notes.keep(128, packet);
  EXPECT_EQ(notes.of(0).pts, kNoTimestamp);
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
