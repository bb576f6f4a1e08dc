#include "stages/ingest/rtsp/parameter_sets.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "media/clips.h"
#include "media/command.h"
#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {
namespace {

/// NAL units of a raw H.264 or HEVC file.
std::vector<Bytes> units_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<Bytes> units;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 3 <= bytes.size(); ++i) {
    if (bytes[i] != 0 || bytes[i + 1] != 0 || bytes[i + 2] != 1) continue;
    if (begin > 0) {
      units.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                         bytes.begin() + static_cast<std::ptrdiff_t>(i));
      while (units.back().back() == 0) units.back().pop_back();
    }
    begin = i + 3;
  }
  return units;
}

struct Encoded {
  const char* name;  ///< of the clip
  CodecId codec;
  const char* encoding;  ///< ffmpeg's options
  const char* source;
  Chroma chroma;
  int bit_depth;
  Matrix matrix;
  Range range;
  Rational rate;
  bool may_reorder;
  int profile;
};

const Encoded kEncoded[] = {
    {"sets_base.h264",
     CodecId::h264,
     "-c:v libx264 -profile:v baseline -pix_fmt yuv420p",
     "322x242",
     Chroma::yuv420,
     8,
     Matrix::unspecified,
     Range::unspecified,
     {50, 2},
     false,
     66},
    {"sets_main.h264",
     CodecId::h264,
     "-c:v libx264 -profile:v main -bf 2 -pix_fmt yuv420p -colorspace bt709 -color_range pc",
     "320x240",
     Chroma::yuv420,
     8,
     Matrix::bt709,
     Range::full,
     {50, 2},
     true,
     77},
    {"sets_422.h264",
     CodecId::h264,
     "-c:v libx264 -profile:v high422 -pix_fmt yuv422p10le",
     "320x180",
     Chroma::yuv422,
     10,
     Matrix::unspecified,
     Range::unspecified,
     {50, 2},
     true,
     122},
    {"sets_tff.h264",
     CodecId::h264,
     "-c:v libx264 -flags +ilme+ildct -x264-params tff=1:cqm=jvt -pix_fmt yuv420p",
     "720x576",
     Chroma::yuv420,
     8,
     Matrix::unspecified,
     Range::unspecified,
     {50, 2},
     true,
     100},
    {"sets_main.hevc",
     CodecId::hevc,
     "-c:v libx265 -x265-params log-level=none:bframes=3 -pix_fmt yuv420p -colorspace smpte170m",
     "322x242",
     Chroma::yuv420,
     8,
     Matrix::bt601,
     Range::limited,
     {25, 1},
     true,
     1},
    {"sets_ten.hevc",
     CodecId::hevc,
     "-c:v libx265 -x265-params log-level=none:bframes=0:scaling-list=default -pix_fmt yuv420p10le",
     "320x240",
     Chroma::yuv420,
     10,
     Matrix::unspecified,
     Range::limited,
     {25, 1},
     false,
     2},
    {"sets_444.hevc",
     CodecId::hevc,
     "-c:v libx265 -x265-params log-level=none -pix_fmt yuv444p",
     "320x240",
     Chroma::yuv444,
     8,
     Matrix::unspecified,
     Range::limited,
     {25, 1},
     true,
     4},
};

class Sets : public ::testing::TestWithParam<Encoded> {};

TEST_P(Sets, say_what_the_encoder_was_told) {
  const Encoded& want = GetParam();
  const std::string size = want.source;
  const auto path = media::clip(want.name, media::pattern(size, 25, 1) + " -frames:v 5 " + want.encoding);
  ParameterSets sets(want.codec);
  for (const Bytes& unit : units_of(path)) EXPECT_TRUE(sets.add(unit));
  ASSERT_TRUE(sets.complete());
  const SequenceFacts& facts = *sets.facts();
  EXPECT_EQ(std::to_string(facts.width) + "x" + std::to_string(facts.height), size);
  EXPECT_EQ(facts.chroma, want.chroma);
  EXPECT_EQ(facts.bit_depth, want.bit_depth);
  EXPECT_EQ(facts.colour.matrix, want.matrix);
  if (want.range != Range::unspecified) {
    EXPECT_EQ(facts.colour.range, want.range);
  }
  EXPECT_EQ(facts.frame_rate.num * want.rate.den, want.rate.num * facts.frame_rate.den);
  EXPECT_EQ(facts.may_reorder, want.may_reorder);
  EXPECT_EQ(facts.profile, want.profile);
}

std::string name_of_case(const ::testing::TestParamInfo<Encoded>& encoded) {
  std::string name = encoded.param.name;
  name[name.find('.')] = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Encoders, Sets, ::testing::ValuesIn(kEncoded), name_of_case);

const Bytes kSps{0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x07, 0xE8, 0x40, 0x00, 0x00,
                 0x03, 0x00, 0x40, 0x00, 0x00, 0x0C, 0x83, 0xC5, 0x0A, 0xA8};
const Bytes kPps{0x68, 0xCE, 0x0F, 0xC8};

TEST(ParameterSets, keep_the_newest_of_each_in_order) {
  ParameterSets sets(CodecId::h264);
  EXPECT_TRUE(sets.add(kPps));
  EXPECT_FALSE(sets.complete());
  EXPECT_TRUE(sets.add(kSps));
  EXPECT_TRUE(sets.complete());
  const Bytes newer{0x68, 0xCE, 0x3C, 0x80};
  EXPECT_TRUE(sets.add(newer));
  EXPECT_TRUE(sets.add(Bytes{0x65, 0x88, 0x80})) << "a slice is none, and no error";
  EXPECT_EQ(sets.annex_b(), (Bytes{0, 0, 0, 1} + kSps + Bytes{0, 0, 0, 1} + newer));
}

TEST(ParameterSets, have_bounds) {
  ParameterSets sets(CodecId::h264);
  EXPECT_FALSE(sets.add(Bytes{0x67, 0x42, 0, 0}));
  EXPECT_FALSE(sets.add(Bytes{0x68} + Bytes(9000, 0x80)));
  std::size_t kept = 0;
  for (std::uint32_t id = 0; id < 200; ++id) {  // ue(v) of id + 1 in 15 bits, then a stop
    const std::uint32_t code = id + 1;
    int bits = 0;
    while (code >> bits != 0) ++bits;
    const std::uint32_t word = code << (32 - (2 * bits - 1)) | 1;
    Bytes pps{0x68};
    for (const int shift : {24, 16, 8, 0}) pps.push_back(static_cast<std::uint8_t>(word >> shift));
    kept += sets.add(pps) ? 1 : 0;
  }
  EXPECT_EQ(kept, ParameterSets::kMostOfAKind);
}

}  // namespace
}  // namespace lyn::rtsp
