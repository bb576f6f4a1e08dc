#include "stages/decode/nal_scan.h"

#include <gtest/gtest.h>

#include <vector>

namespace lyn {
namespace {

using Bytes = std::vector<std::uint8_t>;

NalScan scan_of(CodecId codec, Bytes extradata = {}) {
  StreamInfo stream;
  stream.codec = codec;
  stream.extradata = std::move(extradata);
  return NalScan(stream);
}

const Bytes kAvcRecord = {1, 0x64, 0, 0x1F, 0xFF, 0xE0, 0};

TEST(NalScan, reads_nal_ref_idc_behind_lengths) {
  const NalScan scan = scan_of(CodecId::h264, kAvcRecord);
  EXPECT_TRUE(scan.may_be_referenced(Bytes{0, 0, 0, 2, 0x41, 0x9A}));
  EXPECT_FALSE(scan.may_be_referenced(Bytes{0, 0, 0, 2, 0x01, 0x9A}));
}

TEST(NalScan, skips_what_is_no_slice) {
  const NalScan scan = scan_of(CodecId::h264, kAvcRecord);
  EXPECT_FALSE(scan.may_be_referenced(Bytes{0, 0, 0, 2, 0x06, 0x05, 0, 0, 0, 2, 0x01, 0x9A}));
}

TEST(NalScan, reads_start_codes) {
  const NalScan scan = scan_of(CodecId::h264);
  EXPECT_FALSE(scan.may_be_referenced(Bytes{0, 0, 0, 1, 0x09, 0x30, 0, 0, 1, 0x01, 0x9A}));
  EXPECT_TRUE(scan.may_be_referenced(Bytes{0, 0, 0, 1, 0x09, 0x30, 0, 0, 1, 0x65, 0x88}));
}

TEST(NalScan, knows_hevcs_non_reference_types) {
  const NalScan scan = scan_of(CodecId::hevc);
  EXPECT_FALSE(scan.may_be_referenced(Bytes{0, 0, 1, 0 << 1, 1, 0x80}));  // TRAIL_N
  EXPECT_TRUE(scan.may_be_referenced(Bytes{0, 0, 1, 1 << 1, 1, 0x80}));   // TRAIL_R
  EXPECT_TRUE(scan.may_be_referenced(Bytes{0, 0, 1, 20 << 1, 1, 0x80}));  // IDR_N_LP
}

TEST(NalScan, believes_in_reference_when_in_doubt) {
  EXPECT_TRUE(scan_of(CodecId::h264).may_be_referenced(Bytes{}));
  EXPECT_TRUE(scan_of(CodecId::h264, kAvcRecord).may_be_referenced(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x06}));
  EXPECT_TRUE(scan_of(CodecId::mjpeg).may_be_referenced(Bytes{0, 0, 1, 0x01, 0x9A}));
}

}  // namespace
}  // namespace lyn
