#include <gtest/gtest.h>

#include "stages/ingest/rtsp/depacketising.h"
#include "stages/ingest/rtsp/nal_depacketisers.h"

namespace lyn::rtsp {
namespace {

// 320x240 Baseline of x264
const Bytes kSps{0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x07, 0xE8, 0x40, 0x00, 0x00,
                 0x03, 0x00, 0x40, 0x00, 0x00, 0x0C, 0x83, 0xC5, 0x0A, 0xA8};
const Bytes kPps{0x68, 0xCE, 0x0F, 0xC8};
const Bytes kIdr{0x65, 0x88, 0x84, 0x01};        // first_mb_in_slice 0
const Bytes kIdrSecond{0x65, 0x40, 0x84, 0x02};  // first_mb_in_slice 1
const Bytes kSlice{0x41, 0x9A, 0x02, 0x03};
const Bytes kStart{0, 0, 0, 1};

Bytes stap(const std::vector<Bytes>& units) {
  Bytes out{0x78};
  for (const Bytes& unit : units) out = out + Bytes{0, static_cast<std::uint8_t>(unit.size())} + unit;
  return out;
}

/// FU-A fragments of `bytes` of a NAL unit behind its header.
std::vector<Bytes> fragments(const Bytes& nal, std::size_t bytes) {
  std::vector<Bytes> out;
  for (std::size_t at = 1; at < nal.size(); at += bytes) {
    const std::size_t end = std::min(nal.size(), at + bytes);
    const int flags = (at == 1 ? 0x80 : 0) | (end == nal.size() ? 0x40 : 0);
    out.push_back({static_cast<std::uint8_t>((nal[0] & 0xE0) | 28), static_cast<std::uint8_t>(flags | (nal[0] & 31))});
    out.back().insert(out.back().end(), nal.begin() + static_cast<std::ptrdiff_t>(at),
                      nal.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return out;
}

class H264 : public ::testing::Test, protected Depacketising {
 protected:
  H264() { depacketiser = std::make_unique<H264Depacketiser>(sets, give()); }
  ParameterSets sets{CodecId::h264};
};

TEST_F(H264, single_units_become_one_access_unit) {
  take(1000, false, kSps);
  take(1000, false, kPps);
  take(1000, true, kIdr);
  take(2000, true, kSlice);
  ASSERT_EQ(summary(), "1000k 2000");
  EXPECT_EQ(units[0].bytes, kStart + kSps + kStart + kPps + kStart + kIdr);
  EXPECT_EQ(units[1].bytes, kStart + kSlice);
  EXPECT_TRUE(sets.complete());
  EXPECT_EQ(sets.facts()->width, 320);
}

TEST_F(H264, aggregates_and_fragments_come_out_whole) {
  const Bytes large = kIdr + Bytes(300, 0xAB);
  take(1000, false, stap({kSps, kPps}));
  const auto parts = fragments(large, 100);
  for (std::size_t i = 0; i < parts.size(); ++i) take(1000, i + 1 == parts.size(), parts[i]);
  ASSERT_EQ(summary(), "1000k");
  EXPECT_EQ(units[0].bytes, kStart + kSps + kStart + kPps + kStart + large);
}

TEST_F(H264, a_new_timestamp_ends_a_unit_where_markers_are_missing) {
  take(1000, false, kIdr);
  take(2000, false, kSlice);
  take(3000, false, kSlice);
  EXPECT_EQ(summary(), "1000k 2000");
}

TEST_F(H264, a_marker_after_parameter_sets_ends_nothing) {
  take(1000, true, kSps);
  take(1000, true, kPps);
  take(1000, true, kIdr);
  ASSERT_EQ(summary(), "1000k");
  EXPECT_EQ(units[0].bytes.size(), 12 + kSps.size() + kPps.size() + kIdr.size());
}

TEST_F(H264, markers_on_every_slice_are_found_out) {
  for (std::uint32_t time = 1000; time <= 4000; time += 1000) {
    take(time, true, kIdr);
    take(time, true, kIdrSecond);
  }
  // The first picture is torn before that is known; the last one is still open.
  EXPECT_EQ(summary(), "1000k 1000k 2000k 3000k");
  EXPECT_EQ(units[2].bytes, kStart + kIdr + kStart + kIdrSecond);
}

TEST_F(H264, a_lost_fragment_takes_its_slice_with_it_and_marks_the_picture) {
  const Bytes large = kSlice + Bytes(300, 0xAB);
  take(1000, true, kIdr);
  take(2000, false, kSlice);
  const auto parts = fragments(large, 100);
  take(2000, false, parts[0]);
  take(2000, false, parts[2], true);
  take(2000, true, parts[3]);
  take(3000, true, kSlice);
  ASSERT_EQ(summary(), "1000k 2000! 3000");
  EXPECT_EQ(units[1].bytes, kStart + kSlice) << "the whole slice stays";
  EXPECT_EQ(depacketiser->damaged(), 1U);
}

TEST_F(H264, a_lost_first_fragment_leaves_the_rest_out) {
  const auto parts = fragments(kSlice + Bytes(300, 0xAB), 100);
  take(1000, true, kIdr);
  take(2000, false, parts[1], true);
  take(2000, true, parts[2]);
  take(3000, true, kSlice);
  EXPECT_EQ(summary(), "1000k 3000!") << "the next picture is known to miss what it refers to";
}

TEST_F(H264, a_lost_picture_marks_the_next_one_but_not_a_whole_keyframe) {
  take(1000, true, kIdr);
  take(3000, true, kSlice, true);
  take(5000, true, kIdr, true);
  EXPECT_EQ(summary(), "1000k 3000! 5000k");
  take(7000, true, kIdrSecond, true);
  EXPECT_EQ(summary(), "1000k 3000! 5000k 7000k!") << "a keyframe whose first slice is gone";
}

TEST_F(H264, a_lost_end_marks_a_unit_that_no_marker_ended) {
  take(1000, false, kIdr);
  take(2000, true, kSlice, true);
  EXPECT_EQ(summary(), "1000k! 2000!");
}

TEST_F(H264, a_missing_end_bit_is_forgiven_at_the_marker) {
  auto parts = fragments(kIdr + Bytes(100, 1), 60);
  parts[1][1] = static_cast<std::uint8_t>(parts[1][1] & ~0x40);
  take(1000, false, parts[0]);
  take(1000, true, parts[1]);
  ASSERT_EQ(summary(), "1000k");
  EXPECT_EQ(units[0].bytes, kStart + kIdr + Bytes(100, 1));
}

TEST_F(H264, a_recovery_point_is_a_place_to_begin) {
  take(1000, false, {0x06, 0x06, 0x01, 0xC4, 0x80});
  take(1000, true, kSlice);
  take(2000, false, {0x06, 0x05, 0x02, 0x01, 0x02, 0x80});
  take(2000, true, kSlice);
  EXPECT_EQ(summary(), "1000k 2000");
}

TEST_F(H264, what_is_not_read_is_damage) {
  take(1000, true, kIdr);
  for (const int type : {0, 25, 26, 27, 29, 30, 31}) {
    take(2000, false, {static_cast<std::uint8_t>(0x60 | type), 1, 2, 3, 4, 5, 6});
    take(2000, true, kSlice);
    EXPECT_TRUE(units.back().damaged) << type;
  }
  take(3000, false, {0x78, 0, 200, 1, 2});  // STAP-A that is shorter than it says
  take(3000, true, kSlice);
  EXPECT_TRUE(units.back().damaged);
  take(4000, false, {0xE1, 1, 2});  // forbidden bit
  take(4000, true, kSlice);
  EXPECT_TRUE(units.back().damaged);
  take(5000, true, kSlice);
  EXPECT_FALSE(units.back().damaged) << "it does not stick";
}

TEST_F(H264, a_picture_without_end_is_given_up) {
  take(1000, true, kIdr);
  const Bytes piece = Bytes{0x7C, 0x05} + Bytes(60'000, 1);
  take(2000, false, Bytes{0x7C, 0x85} + Bytes(60'000, 1));
  for (int i = 0; i < 400; ++i) take(2000, false, piece);
  take(3000, true, kSlice);
  EXPECT_EQ(summary(), "1000k 3000!");
  take(4000, true, kIdr);
  EXPECT_FALSE(units.back().damaged);
}

}  // namespace
}  // namespace lyn::rtsp
