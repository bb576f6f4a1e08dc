#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/clips.h"
#include "media/oracle.h"
#include "stages/decode/decoding.h"

// What becomes of interlaced pictures, told from progressive ones by the stream itself.
namespace lyn {
namespace {

/// Half as many pictures as the pattern has, each woven of two of them.
std::string interlaced(const std::string& name, bool top_first, const std::string& encoder) {
  const std::string fields = top_first ? "interleave_top" : "interleave_bottom";
  const std::string order = top_first ? "tff" : "bff";
  return media::clip(name, media::pattern("176x144", 50, 0.4) + " -vf tinterlace=" + fields + ",setfield=" + order +
                               " -pix_fmt yuv420p -flags +ilme+ildct -top " + (top_first ? "1 " : "0 ") + encoder);
}

struct Seen {
  std::vector<Fields> fields;
  std::vector<std::string> pixels;
};

Seen see(const std::string& path, Interlaced policy) {
  const auto device = must(open_cpu_device());
  const auto source = must(open_source(path, {}));
  const auto decoder = must(make_software_decoder(*device, source->stream(), {1, policy}));
  Seen seen;
  const auto take = [&] {
    while (auto frame = must(decoder->receive())) {
      seen.fields.push_back(frame->fields);
      seen.pixels.push_back(pixels_of(*device, frame->image));
    }
  };
  while (auto packet = must(source->read())) {
    must(decoder->send(*packet));
    take();
  }
  must(decoder->drain());
  take();
  return seen;
}

/// The luma plane's definition of `bob`, of a picture of 176x144.
bool luma_is_one_field_of(const std::string& made, const std::string& woven, int kept) {
  const auto at = [](const std::string& planes, int x, int y) {
    return static_cast<unsigned char>(planes[static_cast<std::size_t>(y * 176 + x)]);
  };
  for (int y = 0; y < 144; ++y) {
    const int above = y > 0 ? y - 1 : y + 1;
    const int below = y < 143 ? y + 1 : y - 1;
    for (int x = 0; x < 176; ++x) {
      const int expected = y % 2 == kept ? at(woven, x, y) : (at(woven, x, above) + at(woven, x, below) + 1) / 2;
      if (at(made, x, y) != expected) return false;
    }
  }
  return true;
}

void expect_policies(const std::string& path, Fields fields) {
  const Seen woven = see(path, Interlaced::weave);
  const Seen bobbed = see(path, Interlaced::bob);
  ASSERT_GE(woven.pixels.size(), 10U);
  ASSERT_EQ(bobbed.pixels.size(), woven.pixels.size());
  EXPECT_THAT(woven.fields, ::testing::Each(fields));
  EXPECT_THAT(bobbed.fields, ::testing::Each(Fields::progressive));
  for (std::size_t i = 0; i < woven.pixels.size(); ++i) {
    EXPECT_NE(bobbed.pixels[i], woven.pixels[i]);
    EXPECT_TRUE(luma_is_one_field_of(bobbed.pixels[i], woven.pixels[i], fields == Fields::bottom_first ? 1 : 0)) << i;
  }
}

TEST(Interlaced, h264_is_woven_or_its_first_field) {
  const std::string x264 = "-c:v libx264 -preset veryfast -bf 2 -g 8";
  expect_policies(interlaced("top.mp4", true, x264), Fields::top_first);
  expect_policies(interlaced("bottom.ts", false, x264), Fields::bottom_first);
}

TEST(Interlaced, mpeg2_is_woven_or_its_first_field) {
  expect_policies(interlaced("top.mpg", true, "-c:v mpeg2video -bf 2 -g 8 -qscale:v 3"), Fields::top_first);
}

TEST(Interlaced, policy_leaves_progressive_pictures_alone) {
  const std::string path = media::clip(
      "progressive.mp4", media::pattern("176x144", 25, 0.4) + " -pix_fmt yuv420p -c:v libx264 -preset veryfast");
  EXPECT_EQ(see(path, Interlaced::bob).pixels, see(path, Interlaced::weave).pixels);
}

}  // namespace
}  // namespace lyn
