#include "stages/decode/annexb_cuda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lyn {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A configuration record (ISO/IEC 14496-15, 5.3.3.1) with 4-byte lengths, one SPS and one PPS.
const Bytes kRecord = {1,    0x42, 0xC0, 0x1E, 0xFF, 0xE1, 0, 8,    0x67, 0x42, 0xC0, 0x1E,
                       0xDA, 0x01, 0x40, 0x7B, 1,    0,    4, 0x68, 0xCE, 0x3C, 0x80};
const Bytes kSets = {0, 0, 0, 1, 0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x01, 0x40, 0x7B, 0, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80};

StreamInfo h264(Bytes extradata) {
  StreamInfo stream;
  stream.codec = CodecId::h264;
  stream.extradata = std::move(extradata);
  return stream;
}

Packet packet_of(const Bytes& bytes, bool key) {
  Packet packet;
  packet.bytes = bytes;
  packet.key = key;
  return packet;
}

Bytes bytes_of(std::span<const std::uint8_t> span) {
  return {span.begin(), span.end()};
}

TEST(AnnexB, reads_the_parameter_sets_of_a_container) {
  const auto converter = AnnexB::create(h264(kRecord));
  ASSERT_TRUE(converter.ok()) << converter.error().text();
  EXPECT_EQ(bytes_of(converter->headers()), kSets);
}

TEST(AnnexB, refuses_an_hevc_record_that_announces_more_than_it_holds) {
  Bytes record(22, 0);
  record[0] = 1;
  record.push_back(1);                                           // arrays
  const Bytes vps = {0xA0, 0, 1, 0, 4, 0x40, 0x01, 0x0C, 0x01};  // one unit of 4 bytes
  record.insert(record.end(), vps.begin(), vps.end());
  StreamInfo stream = h264(record);
  stream.codec = CodecId::hevc;
  const auto whole = AnnexB::create(stream);
  ASSERT_TRUE(whole.ok()) << whole.error().text();
  EXPECT_EQ(bytes_of(whole->headers()), (Bytes{0, 0, 0, 1, 0x40, 0x01, 0x0C, 0x01}));
  for (const std::size_t cut : {23U, 25U, 26U, 27U, 29U}) {
    stream.extradata.assign(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(cut));
    EXPECT_EQ(AnnexB::create(stream).ok(), false) << cut;
  }
}

TEST(AnnexB, puts_start_codes_for_lengths_and_parameter_sets_before_a_keyframes_slice) {
  auto converter = AnnexB::create(h264(kRecord));
  ASSERT_TRUE(converter.ok());
  const Bytes picture = {0, 0, 0, 2, 0x09, 0x10, 0, 0, 0, 3, 0x65, 0xAA, 0xBB};
  Bytes expected = {0, 0, 0, 1, 0x09, 0x10};
  expected.insert(expected.end(), kSets.begin(), kSets.end());
  expected.insert(expected.end(), {0, 0, 0, 1, 0x65, 0xAA, 0xBB});
  EXPECT_EQ(bytes_of(converter->convert(packet_of(picture, true))), expected);
  EXPECT_FALSE(converter->damaged());
}

TEST(AnnexB, leaves_other_pictures_without_parameter_sets) {
  auto converter = AnnexB::create(h264(kRecord));
  ASSERT_TRUE(converter.ok());
  const Bytes picture = {0, 0, 0, 2, 0x41, 0xAA};
  EXPECT_EQ(bytes_of(converter->convert(packet_of(picture, false))), (Bytes{0, 0, 0, 1, 0x41, 0xAA}));
}

TEST(AnnexB, lets_the_streams_own_parameter_sets_stand_alone) {
  auto converter = AnnexB::create(h264(kRecord));
  ASSERT_TRUE(converter.ok());
  const Bytes picture = {0, 0, 0, 2, 0x67, 0x01, 0, 0, 0, 2, 0x65, 0xAA};
  EXPECT_EQ(bytes_of(converter->convert(packet_of(picture, true))),
            (Bytes{0, 0, 0, 1, 0x67, 0x01, 0, 0, 0, 1, 0x65, 0xAA}));
}

TEST(AnnexB, keeps_what_comes_before_a_damaged_length_and_says_so) {
  auto converter = AnnexB::create(h264(kRecord));
  ASSERT_TRUE(converter.ok());
  const Bytes picture = {0, 0, 0, 2, 0x41, 0xAA, 0, 0, 9, 9, 0x41};
  EXPECT_EQ(bytes_of(converter->convert(packet_of(picture, false))), (Bytes{0, 0, 0, 1, 0x41, 0xAA}));
  EXPECT_TRUE(converter->damaged());
  const Bytes whole = {0, 0, 0, 2, 0x41, 0xAA};
  (void)converter->convert(packet_of(whole, false));
  EXPECT_FALSE(converter->damaged());
}

TEST(AnnexB, passes_streams_with_start_codes_as_they_are) {
  auto converter = AnnexB::create(h264(kSets));
  ASSERT_TRUE(converter.ok());
  const Bytes picture = {0, 0, 1, 0x65, 0xAA};
  EXPECT_EQ(converter->convert(packet_of(picture, true)).data(), picture.data());
}

TEST(AnnexB, refuses_a_record_that_is_cut_short) {
  const auto refused = AnnexB::create(h264({1, 0x42, 0xC0, 0x1E, 0xFF, 0xE1, 0, 200}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
  EXPECT_FALSE(refused.error().remedy.empty());
}

}  // namespace
}  // namespace lyn
