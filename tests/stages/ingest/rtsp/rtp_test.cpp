#include <gtest/gtest.h>

#include "stages/ingest/rtsp/bytes_of.h"
#include "stages/ingest/rtsp/reception.h"
#include "stages/ingest/rtsp/reorder_buffer.h"
#include "stages/ingest/rtsp/rtcp.h"
#include "stages/ingest/rtsp/rtp_packet.h"
#include "stages/ingest/rtsp/timeline.h"

namespace lyn::rtsp {
namespace {

using namespace std::chrono_literals;

Clock::Monotonic at(std::chrono::milliseconds since) {
  return Clock::Monotonic(1'000s) + since;
}

TEST(RtpPacket, is_cut_to_its_payload) {
  // padding of 3, one extension word, two contributing sources
  const Bytes bytes{0xB2, 0xE0, 0x12, 0x34, 0,    0, 0, 9, 0xAA, 0xBB, 0xCC, 0xDD, 1,    1, 1, 1, 2,
                    2,    2,    2,    0xBE, 0xDE, 0, 1, 5, 5,    5,    5,    0x41, 0x42, 0, 0, 3};
  const auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet.has_value());
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 0x60);
  EXPECT_EQ(packet->sequence, 0x1234);
  EXPECT_EQ(packet->timestamp, 9U);
  EXPECT_EQ(packet->ssrc, 0xAABBCCDDU);
  EXPECT_EQ(copy_of(packet->payload), (Bytes{0x41, 0x42}));
}

TEST(RtpPacket, is_refused_when_it_lies_about_its_length) {
  const Bytes good = rtp(1, 2, true, {1, 2, 3});
  EXPECT_TRUE(parse_rtp(good).has_value());
  for (std::size_t length = 0; length < 12; ++length)
    EXPECT_FALSE(parse_rtp(std::span(good).first(length)).has_value());
  Bytes version = good;
  version[0] = 0x40;
  EXPECT_FALSE(parse_rtp(version).has_value());
  Bytes sources = good;
  sources[0] = 0x8F;
  EXPECT_FALSE(parse_rtp(sources).has_value());
  Bytes extension = good;
  extension[0] = 0x90;
  EXPECT_FALSE(parse_rtp(extension).has_value());
  for (const int padding : {0, 4, 255}) {
    Bytes padded = good;
    padded[0] = 0xA0;
    padded.back() = static_cast<std::uint8_t>(padding);
    EXPECT_FALSE(parse_rtp(padded).has_value()) << padding;
  }
}

TEST(Rtcp, gives_the_sender_report_and_the_goodbye) {
  const Bytes compound{0x80, 200, 0, 6, 0, 0, 0,    7,   0xE0, 0, 0, 1, 0x80, 0, 0,    0,   0, 0, 0x10, 0, 0, 0,
                       0,    1,   0, 0, 0, 9, 0x81, 202, 0,    1, 0, 0, 0,    7, 0x81, 203, 0, 1, 0,    0, 0, 7};
  const auto news = parse_rtcp(compound);
  ASSERT_TRUE(news && news->report);
  EXPECT_EQ(news->report->ssrc, 7U);
  EXPECT_EQ(news->report->ntp, 0xE000000180000000U);
  EXPECT_EQ(news->report->rtp, 0x1000U);
  EXPECT_EQ(news->bye, 7U);
  EXPECT_FALSE(parse_rtcp(Bytes{0x80, 96, 0, 0, 0, 0, 0, 0}).has_value()) << "that is RTP";
  EXPECT_FALSE(parse_rtcp(Bytes{0x80, 200}).has_value());
  const auto cut = parse_rtcp(std::span(compound).first(20));
  EXPECT_TRUE(cut && !cut->report);
}

TEST(Rtcp, writes_a_receiver_report) {
  const auto bytes = write_receiver_report(0x01020304, {7, 25, -1, 0x0001FFFF, 3, 0x11223344, 65536});
  const Bytes expected{0x81, 201, 0,    7,    1, 2, 3, 4, 0,    0,    0,    7,    25,  0xFF, 0xFF, 0xFF,
                       0,    1,   0xFF, 0xFF, 0, 0, 0, 3, 0x11, 0x22, 0x33, 0x44, 0,   1,    0,    0,
                       0x81, 202, 0,    3,    1, 2, 3, 4, 1,    3,    'l',  'y',  'n', 0,    0,    0};
  EXPECT_EQ(copy_of(bytes), expected);
}

using Verdict = Reception::Verdict;

TEST(Reception, counts_loss_and_what_comes_late_or_twice) {
  Reception reception(90'000);
  EXPECT_EQ(reception.note(65'534, 0, at(0ms)), Verdict::in_order);
  EXPECT_EQ(reception.note(65'535, 0, at(1ms)), Verdict::in_order);
  EXPECT_EQ(reception.note(0, 0, at(2ms)), Verdict::in_order) << "the number wraps";
  EXPECT_EQ(reception.note(4, 0, at(3ms)), Verdict::after_gap);
  EXPECT_EQ(reception.lost(), 3U);
  EXPECT_EQ(reception.note(2, 0, at(4ms)), Verdict::late);
  EXPECT_EQ(reception.note(2, 0, at(5ms)), Verdict::duplicate);
  EXPECT_EQ(reception.note(4, 0, at(6ms)), Verdict::duplicate);
  EXPECT_EQ(reception.lost(), 2U);
  const auto report = reception.report(7, at(10ms));
  EXPECT_EQ(report.highest_sequence, 0x10004U);
  EXPECT_EQ(report.lost, 2);
  EXPECT_EQ(report.fraction_lost, 2 * 256 / 7);
  EXPECT_EQ(reception.report(7, at(10ms)).fraction_lost, 0) << "since the last report";
}

TEST(Reception, starts_anew_after_a_jump_without_counting_thousands_lost) {
  Reception reception(90'000);
  reception.note(10, 0, at(0ms));
  EXPECT_EQ(reception.note(40'000, 0, at(1ms)), Verdict::after_gap);
  EXPECT_EQ(reception.lost(), 0U);
  EXPECT_EQ(reception.note(40'001, 0, at(2ms)), Verdict::in_order);
}

TEST(Reception, measures_jitter_as_the_standard_does) {
  Reception even(90'000);
  for (int i = 0; i < 100; ++i)
    even.note(static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(3600 * i), at(40ms * i));
  EXPECT_NEAR(even.jitter_ms(), 0, 0.1);
  Reception uneven(90'000);
  for (int i = 0; i < 200; ++i) {
    uneven.note(static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(3600 * i),
                at(40ms * i + (i % 2 == 0 ? 0ms : 10ms)));
  }
  EXPECT_NEAR(uneven.jitter_ms(), 10, 0.5);
}

TEST(Reception, says_how_long_ago_the_last_report_came) {
  Reception reception(90'000);
  reception.note(1, 0, at(0ms));
  reception.note_sender_report(0x1122334455667788, at(0ms));
  const auto report = reception.report(7, at(1500ms));
  EXPECT_EQ(report.last_report, 0x33445566U);
  EXPECT_EQ(report.since_last_report, 98'304U);
}

/// The numbers that come out of a reorder buffer for those that go in.
std::vector<int> reordered(const std::vector<int>& in, std::chrono::milliseconds apart = 1ms) {
  std::vector<int> out;
  ReorderBuffer buffer([&](std::span<const std::uint8_t> bytes) { out.push_back(bytes[2] << 8 | bytes[3]); });
  auto now = at(0ms);
  for (const int number : in) buffer.push(rtp(static_cast<std::uint16_t>(number), 0, false, {}), now += apart);
  return out;
}

TEST(ReorderBuffer, restores_the_order) {
  EXPECT_EQ(reordered({1, 2, 3}), (std::vector{1, 2, 3}));
  EXPECT_EQ(reordered({1, 3, 2, 4}), (std::vector{1, 2, 3, 4}));
  EXPECT_EQ(reordered({65'534, 0, 65'535, 2, 1}), (std::vector{65'534, 65'535, 0, 1, 2}));
  EXPECT_EQ(reordered({1, 5, 4, 3, 2, 6}), (std::vector{1, 2, 3, 4, 5, 6}));
}

TEST(ReorderBuffer, gives_a_gap_up_when_it_has_waited_long_enough) {
  EXPECT_EQ(reordered({1, 3, 4}), (std::vector{1})) << "the gap may still close";
  EXPECT_EQ(reordered({1, 3, 4, 5}, 60ms), (std::vector{1, 3, 4, 5}));
  std::vector<int> many{1};
  for (int i = 3; i < 3 + 64; ++i) many.push_back(i);
  const auto out = reordered(many);
  ASSERT_GT(out.size(), 60U) << "as many as are held at most";
  EXPECT_EQ(out[1], 3);
}

TEST(ReorderBuffer, lets_duplicates_and_latecomers_through_to_be_counted) {
  EXPECT_EQ(reordered({5, 6, 6, 5}), (std::vector{5, 6, 6, 5}));
  EXPECT_EQ(reordered({1, 3, 3, 2}), (std::vector{1, 3, 2, 3}));
  EXPECT_EQ(reordered({1, 3, 30'000, 30'001}), (std::vector{1, 3, 30'000, 30'001})) << "the sender started anew";
}

TEST(Timeline, begins_at_zero_and_goes_over_the_wrap) {
  Timeline timeline(90'000);
  EXPECT_EQ(timeline.place(0xFFFFFFFF - 3599, at(0ms)).ticks, 0);
  EXPECT_EQ(timeline.place(0, at(40ms)).ticks, 3600);
  EXPECT_EQ(timeline.place(3600, at(80ms)).ticks, 7200);
}

TEST(Timeline, lets_pictures_be_reordered_only_where_they_may) {
  Timeline may(90'000);
  may.may_reorder(true);
  std::vector<std::int64_t> ticks;
  for (const std::uint32_t rtp : {0, 10'800, 3600, 7200}) ticks.push_back(may.place(rtp, at(0ms)).ticks);
  EXPECT_EQ(ticks, (std::vector<std::int64_t>{0, 10'800, 3600, 7200}));
  Timeline not_here(90'000);
  not_here.place(10'800, at(0ms));
  const auto back = not_here.place(3600, at(40ms));
  EXPECT_TRUE(back.discontinuity);
  EXPECT_EQ(back.ticks, 3600) << "40 ms have passed";
}

TEST(Timeline, is_not_torn_by_jumps) {
  Timeline timeline(90'000);
  timeline.may_reorder(true);
  timeline.place(1'000'000, at(0ms));
  auto place = timeline.place(1'003'600, at(40ms));
  EXPECT_FALSE(place.discontinuity);
  place = timeline.place(200'000'000, at(80ms));
  EXPECT_TRUE(place.discontinuity) << "half an hour ahead";
  EXPECT_EQ(place.ticks, 7200);
  place = timeline.place(200'003'600, at(120ms));
  EXPECT_EQ(place.ticks, 10'800);
  place = timeline.place(5, at(160ms));
  EXPECT_TRUE(place.discontinuity) << "back to the start";
  EXPECT_EQ(place.ticks, 14'400);
}

TEST(Timeline, goes_on_while_the_cameras_clock_stands_still) {
  Timeline timeline(90'000);
  std::int64_t last = -1;
  for (int i = 0; i < 5; ++i) {
    const auto place = timeline.place(77, at(40ms * i));
    EXPECT_GT(place.ticks, last);
    last = place.ticks;
  }
  EXPECT_EQ(last, 4 * 3600);
}

TEST(Timeline, believes_a_camera_that_sends_a_picture_each_ten_seconds) {
  Timeline timeline(90'000);
  timeline.place(0, at(0ms));
  const auto place = timeline.place(1'800'000, at(20'000ms));
  EXPECT_FALSE(place.discontinuity);
  EXPECT_EQ(place.ticks, 1'800'000);
}

TEST(WallClock, follows_sender_reports) {
  WallClock wall(90'000);
  EXPECT_FALSE(wall.at(0).has_value());
  // 2024-01-01 00:00:00.5 UTC
  wall.note_sender_report((std::uint64_t{1'704'067'200 + 2'208'988'800} << 32) | 0x80000000, 45'000);
  const auto time = wall.at(0);
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count(), 1'704'067'200'000);
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::milliseconds>(wall.at(135'000)->time_since_epoch()).count(),
            1'704'067'201'500);
}

TEST(WallClock, does_not_believe_a_camera_that_counts_from_its_start) {
  WallClock wall(90'000);
  wall.note_sender_report(std::uint64_t{123} << 32, 0);
  EXPECT_FALSE(wall.at(0).has_value());
}

}  // namespace
}  // namespace lyn::rtsp
