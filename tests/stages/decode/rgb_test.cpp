// Pictures that are RGB by themselves, against what ffmpeg makes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "media/clips.h"
#include "media/command.h"
#include "stages/decode/decoding.h"

namespace lyn {
namespace {

struct Case {
  const char* name;
  const char* encoder;
  bool grey = false;
  int channels = 0;  ///< of 16-bit samples, which ffmpeg gives as they are: how many a pixel has; 0: 8-bit RGB
};

/// What ffmpeg gives, as 8-bit RGB.
std::vector<int> rgb_of(const std::string& raw, int channels) {
  std::vector<int> rgb;
  if (channels == 0) {
    for (const char c : raw) rgb.push_back(static_cast<unsigned char>(c));
    return rgb;
  }
  const auto pixel = static_cast<std::size_t>(channels) * 2;
  for (std::size_t at = 0; at + pixel <= raw.size(); at += pixel) {
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t sample = at + (channels < 3 ? 0 : 2 * c);
      const int wide = static_cast<unsigned char>(raw[sample]) << 8 | static_cast<unsigned char>(raw[sample + 1]);
      rgb.push_back((wide * 255 + 32767) / 65535);
    }
  }
  return rgb;
}

std::vector<int> samples_of(Device& device, const Image& image) {
  const std::string bytes = pixels_of(device, image);
  std::vector<int> samples;
  const int size = image.format.sample_bytes();
  for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(size)) {
    const int low = static_cast<unsigned char>(bytes[at]);
    samples.push_back(size == 1 ? low : low | static_cast<unsigned char>(bytes[at + 1]) << 8);
  }
  return samples;
}

int pixel_of(double value) {
  return static_cast<int>(std::lround(std::clamp(value, 0.0, 255.0)));
}

/// The picture back in RGB, in double precision (ITU-T T.871), pixel after pixel.
std::vector<int> rgb_of(Device& device, const Image& image) {
  const std::vector<int> samples = samples_of(device, image);
  const double top = (1 << image.format.bit_depth) - 1;
  const double neutral = 1 << (image.format.bit_depth - 1);
  const std::size_t plane = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  std::vector<int> rgb;
  for (std::size_t i = 0; i < plane; ++i) {
    const double y = samples[i] / top * 255;
    if (image.format.chroma == Chroma::grey) {
      rgb.insert(rgb.end(), 3, pixel_of(y));
      continue;
    }
    const double u = (samples[i + plane] - neutral) / top * 255;
    const double v = (samples[i + 2 * plane] - neutral) / top * 255;
    rgb.push_back(pixel_of(y + 1.402 * v));
    rgb.push_back(pixel_of(y - (0.114 * 1.772 * u + 0.299 * 1.402 * v) / 0.587));
    rgb.push_back(pixel_of(y + 1.772 * u));
  }
  return rgb;
}

class RgbPicture : public testing::TestWithParam<Case> {};

TEST_P(RgbPicture, IsWhatFfmpegMakesOfIt) {
  const Case& c = GetParam();
  const std::string path = media::clip(c.name, media::pattern("161x121", 25, 0.12) + " " + c.encoder);
  const std::string raw = media::output_of("ffmpeg -nostdin -v error -i " + media::quoted(path) + " -frames:v 1" +
                                           (c.channels == 0 ? " -pix_fmt rgb24" : "") + " -f rawvideo -");
  Decoding decoding(path);
  int count = 0;
  decoding.run([&](const Frame& frame) {
    if (count++ > 0) return;
    EXPECT_EQ(frame.image.format.chroma == Chroma::grey, c.grey);
    EXPECT_EQ(frame.image.colour.range, Range::full);
    const std::vector<int> found = rgb_of(decoding.device(), frame.image);
    const std::vector<int> wanted = rgb_of(raw, c.channels);
    ASSERT_EQ(found.size(), wanted.size());
    int worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      worst = std::max(worst, std::abs(found[i] - wanted[i]));
    }
    EXPECT_LE(worst, c.channels == 0 ? 0 : 1) << "16 bits become 12";
  });
  EXPECT_GT(count, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Of, RgbPicture,
    testing::Values(Case{"rgb24.png", "-frames:v 1 -c:v png -pix_fmt rgb24"},
                    Case{"rgba.png", "-frames:v 1 -c:v png -pix_fmt rgba"},
                    Case{"pal8.png", "-frames:v 1 -vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse' -c:v png"},
                    Case{"ya8.png", "-frames:v 1 -c:v png -pix_fmt ya8", true},
                    Case{"rgb48.png", "-frames:v 1 -c:v png -pix_fmt rgb48be", false, 3},
                    Case{"rgba64.png", "-frames:v 1 -c:v png -pix_fmt rgba64be", false, 4},
                    Case{"gray16.png", "-frames:v 1 -c:v png -pix_fmt gray16be", true, 1},
                    Case{"png.mkv", "-c:v png -pix_fmt rgb24"},
                    Case{"lossless.webp", "-frames:v 1 -c:v libwebp -lossless 1 -pix_fmt bgra"},
                    Case{"rgb-h264.mkv", "-c:v libx264rgb -qp 0 -pix_fmt rgb24"},
                    Case{"rgb-vp9.webm", "-c:v libvpx-vp9 -lossless 1 -deadline realtime -cpu-used 8 -pix_fmt gbrp"}),
    [](const auto& made) {
      std::string name = made.param.name;
      std::ranges::replace_if(
          name, [](char c) { return c == '.' || c == '-'; }, '_');
      return name;
    });

TEST(WebpPicture, WithLossAndAlphaLeavesTheAlphaOut) {
  const std::string path =
      media::clip("loss.webp", media::pattern("160x120", 25, 0.04) + " -frames:v 1 -c:v libwebp -pix_fmt yuva420p");
  Decoding decoding(path);
  int count = 0;
  decoding.run([&](const Frame& frame) {
    ++count;
    EXPECT_EQ(frame.image.format.chroma, Chroma::yuv420);
    EXPECT_EQ(frame.image.width, 160);
  });
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace lyn
