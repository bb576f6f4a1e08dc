#include "core/media.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(Colour, UntaggedIsBt709From720LinesUpAndBt601Below) {
  EXPECT_EQ(resolve_untagged({}, 719, false), (Colour{Matrix::bt601, Range::limited, Siting::left}));
  EXPECT_EQ(resolve_untagged({}, 720, false), (Colour{Matrix::bt709, Range::limited, Siting::left}));
}

TEST(Colour, UntaggedMjpegIsFullRangeAndCentred) {
  EXPECT_EQ(resolve_untagged({}, 480, true), (Colour{Matrix::bt601, Range::full, Siting::center}));
}

TEST(Colour, WhatIsTaggedStays) {
  const Colour tagged{Matrix::bt2020, Range::full, Siting::topleft};
  EXPECT_EQ(resolve_untagged(tagged, 480, false), tagged);
}

TEST(Codec, HasFfmpegsShortName) {
  EXPECT_STREQ(name_of(CodecId::h264), "h264");
  EXPECT_STREQ(name_of(CodecId::hevc), "hevc");
  EXPECT_STREQ(name_of(CodecId::unknown), "unknown");
}

TEST(MediaTime, IsWhatFfprobePrints) {
  EXPECT_EQ((MediaTime{12800, {1, 10240}}).seconds(), 1.25);
  EXPECT_EQ((MediaTime{-3, {1, 2}}).seconds(), -1.5);
}

}  // namespace
}  // namespace lyn
