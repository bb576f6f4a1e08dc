#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/audio_info.h"

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// AAC-LC, 48 kHz (index 3), stereo, no checksum, a frame of 7 + 4 bytes.
constexpr std::uint8_t kLowComplexity[] = {0xFF, 0xF1, 0x4C, 0x80, 0x01, 0x7F, 0xFC, 1, 2, 3, 4};

TEST(Adts, header_becomes_the_config_of_iso_14496_3) {
  EXPECT_EQ(adts::header_size(kLowComplexity), 7U);
  // 00010 object type 2, 0011 48 kHz, 0010 two channels, 000
  EXPECT_THAT(adts::config_of(kLowComplexity), ElementsAre(0x11, 0x90));
}

TEST(Adts, header_with_a_checksum_is_two_bytes_longer) {
  std::vector<std::uint8_t> packet(std::begin(kLowComplexity), std::end(kLowComplexity));
  packet[1] = 0xF0;
  EXPECT_EQ(adts::header_size(packet), 9U);
}

TEST(Adts, has_channels_in_three_bits_over_two_bytes) {
  std::vector<std::uint8_t> packet(std::begin(kLowComplexity), std::end(kLowComplexity));
  packet[2] = 0x50 | 0x01;  // object type 2, 44.1 kHz (4), channels 1xx
  packet[3] = 0x80;         // …10: six
  EXPECT_THAT(adts::config_of(packet), ElementsAre(0x12, 0x30));
}

TEST(Adts, is_not_seen_in_what_has_no_header) {
  EXPECT_EQ(adts::header_size(std::vector<std::uint8_t>{0x21, 0x1B, 0x80, 0, 0, 0, 0, 0}), 0U);
  EXPECT_EQ(adts::header_size(std::vector<std::uint8_t>{0xFF, 0xF1}), 0U);
  EXPECT_EQ(adts::header_size({kLowComplexity, 7}), 0U) << "a header and nothing behind it";
  EXPECT_THAT(adts::config_of(std::vector<std::uint8_t>(20, 0)), IsEmpty());
}

TEST(Adts, gives_no_config_for_channels_that_are_told_elsewhere) {
  std::vector<std::uint8_t> packet(std::begin(kLowComplexity), std::end(kLowComplexity));
  packet[3] = 0x00;
  EXPECT_THAT(adts::config_of(packet), IsEmpty());
}

}  // namespace
}  // namespace lyn
