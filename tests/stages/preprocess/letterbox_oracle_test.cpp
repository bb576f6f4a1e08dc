#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "stages/preprocess/letterbox_bench.h"

// An oracle in double precision, written from the definition (positions, bilinear weights, the matrix of
// the recommendations) with no code of the kernel's. It turns positions point by point, where the kernel
// turns its tables.
namespace lyn {
namespace {

using test::TestPicture;
struct Picture {
  std::string name;
  int width, height;
  PixelFormat format;
  Colour colour;
  int rotation;
};

constexpr Colour k601{Matrix::bt601, Range::limited, Siting::left};
constexpr Colour k709{Matrix::bt709, Range::limited, Siting::left};
constexpr Colour k2020{Matrix::bt2020, Range::limited, Siting::topleft};
constexpr Colour kJpeg{Matrix::bt601, Range::full, Siting::center};
constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar};
constexpr PixelFormat kP010{Chroma::yuv420, Layout::semi_planar, 10, true};

const Picture kPictures[] = {
    {"I420", 192, 108, {}, k709, 0},
    {"I420, a quarter turn", 192, 108, {}, k601, 1},
    {"NV12, a half turn", 97, 53, kNv12, k709, 2},
    {"NV12, three quarters", 97, 53, kNv12, k709, 3},
    {"P010", 131, 70, kP010, k2020, 0},
    {"P010, a quarter turn", 131, 70, kP010, k2020, 1},
    {"10-bit planar, full",
     50,
     61,
     {Chroma::yuv420, Layout::planar, 10},
     {Matrix::bt709, Range::full, Siting::left},
     0},
    {"12-bit 4:2:2", 64, 40, {Chroma::yuv422, Layout::planar, 12}, k709, 0},
    {"4:4:4 12-bit, full",
     33,
     90,
     {Chroma::yuv444, Layout::planar, 12},
     {Matrix::bt2020, Range::full, Siting::left},
     3},
    {"JPEG 4:2:0", 40, 30, {}, kJpeg, 0},
    {"JPEG 4:2:2, a half turn", 41, 31, {Chroma::yuv422}, kJpeg, 2},
    {"grey", 77, 20, {Chroma::grey}, k601, 0},
    {"grey, a quarter turn", 77, 20, {Chroma::grey}, k601, 1},
    {"one pixel", 1, 1, {}, k601, 0},
    {"one column", 1, 40, {}, k601, 0},
    {"two by one", 2, 1, kNv12, k709, 1},
    {"extremely wide", 5000, 2, {}, k709, 0},
    {"extremely wide, turned", 5000, 3, kNv12, k709, 1},
};

std::string name_of(const PixelFormat& format, const Colour& colour) {
  constexpr const char* kChroma[] = {"4:2:0", "4:2:2", "4:4:4", "grey"};
  return std::string(kChroma[static_cast<int>(format.chroma)]) + ", " +
         (format.layout == Layout::planar ? "planar" : "semi-planar") + (format.high_bits ? " (high bits), " : ", ") +
         std::to_string(format.bit_depth) + " bits, " + (colour.range == Range::full ? "full" : "limited") +
         " range, matrix " + std::to_string(static_cast<int>(colour.matrix)) + ", siting " +
         std::to_string(static_cast<int>(colour.siting));
}

/// Every format that a decoder here may give, in every range and matrix; sizes, siting and turns take turns.
std::vector<Picture> every_format() {
  constexpr Chroma kChroma[] = {Chroma::yuv420, Chroma::yuv422, Chroma::yuv444, Chroma::grey};
  constexpr Siting kSiting[] = {Siting::left, Siting::center, Siting::topleft};
  constexpr int kSizes[][2] = {{97, 53}, {64, 40}, {41, 90}, {160, 121}, {31, 17}};
  std::vector<Picture> pictures;
  for (const Chroma chroma : kChroma) {
    for (const Layout layout : {Layout::planar, Layout::semi_planar}) {
      if (chroma == Chroma::grey && layout == Layout::semi_planar) continue;
      for (const int depth : {8, 10, 12}) {
        for (const Matrix matrix : {Matrix::bt601, Matrix::bt709, Matrix::bt2020}) {
          for (const Range range : {Range::limited, Range::full}) {
            const std::size_t turn = pictures.size();
            const bool high_bits = layout == Layout::semi_planar && depth > 8;
            const PixelFormat format{chroma, layout, static_cast<std::uint8_t>(depth), high_bits};
            const Colour colour{matrix, range, kSiting[turn % 3]};
            const auto& size = kSizes[turn % 5];
            pictures.push_back({name_of(format, colour), size[0], size[1], format, colour, static_cast<int>(turn % 4)});
          }
        }
      }
    }
  }
  return pictures;
}

/// Sample values by a rule: smooth waves and noise on top, different for each plane.
double sample_rule(const PixelFormat& format, int channel, int x, int y) {
  const auto noise = (static_cast<unsigned>(x) * 2654435761U + static_cast<unsigned>(y) * 40503U +
                      977U * static_cast<unsigned>(channel)) >>
                     7;
  const double wave = 0.5 + 0.35 * std::sin(0.11 * x + 0.07 * y + channel);
  const double top = (1 << format.bit_depth) - 1;
  const double value = top * wave + (noise % 97) / 97.0 * top * 0.15;
  return std::floor(std::min(std::max(value, 0.0), top));
}

TestPicture make(Device& device, const Picture& p) {
  TestPicture picture(device, p.width, p.height, p.format);
  for (int channel = 0; channel < (p.format.chroma == Chroma::grey ? 1 : 3); ++channel) {
    const bool pairs = channel > 0 && p.format.layout == Layout::semi_planar;
    const int plane = pairs ? 1 : channel;
    const Plane& shape = picture.image().planes[static_cast<std::size_t>(plane)];
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        picture.set(plane, pairs ? 2 * x + channel - 1 : x, y, static_cast<int>(sample_rule(p.format, channel, x, y)));
      }
    }
  }
  return picture;
}

double bilinear(const Picture& p, int channel, double x, double y, int width, int height) {
  x = std::min(std::max(x, 0.0), width - 1.0);
  y = std::min(std::max(y, 0.0), height - 1.0);
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, width - 1);
  const int y1 = std::min(y0 + 1, height - 1);
  const auto at = [&](int column, int row) { return sample_rule(p.format, channel, column, row); };
  const double top = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * (x - x0);
  const double bottom = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * (x - x0);
  return top + (bottom - top) * (y - y0);
}

/// How many stored samples an output covers on each axis; 0: it is sampled at its centre.
struct Cover {
  double x, y;
};

/// The part of the sample's cell [sample, sample + 1) that lies in [begin, end).
double overlap(int sample, double begin, double end) {
  return std::max(0.0, std::min(sample + 1.0, end) - std::max<double>(sample, begin));
}

/// The mean of the plane, whose edges go on for ever, over a box around (x, y).
double area_mean(const Picture& p, int channel, double x, double y, int width, int height, Cover cover) {
  const double left = x + 0.5 - cover.x / 2;
  const double top = y + 0.5 - cover.y / 2;
  double sum = 0;
  for (int row = static_cast<int>(std::floor(top)); row < top + cover.y; ++row) {
    for (int column = static_cast<int>(std::floor(left)); column < left + cover.x; ++column) {
      const int inner_x = std::min(std::max(column, 0), width - 1);
      const int inner_y = std::min(std::max(row, 0), height - 1);
      sum += sample_rule(p.format, channel, inner_x, inner_y) * overlap(column, left, left + cover.x) *
             overlap(row, top, top + cover.y);
    }
  }
  return sum / cover.x / cover.y;
}

double sample_plane(const Picture& p, int channel, double x, double y, int width, int height, Cover cover) {
  if (cover.x == 0) return bilinear(p, channel, x, y, width, height);
  return area_mean(p, channel, x, y, width, height, {std::max(cover.x, 1.0), std::max(cover.y, 1.0)});
}

struct Exact {
  double red, green, blue;
};

Exact to_colour(const Picture& p, double y, double u, double v) {
  const double depth = 1 << (p.format.bit_depth - 8);
  const bool full = p.colour.range == Range::full;
  const double top = (1 << p.format.bit_depth) - 1;
  const double luma = full ? y / top : (y / depth - 16) / 219;
  const double pb = (u - 128 * depth) / (full ? top : 224 * depth);
  const double pr = (v - 128 * depth) / (full ? top : 224 * depth);
  double kr = 0.299;
  double kb = 0.114;
  if (p.colour.matrix == Matrix::bt709) kr = 0.2126, kb = 0.0722;
  if (p.colour.matrix == Matrix::bt2020) kr = 0.2627, kb = 0.0593;
  const double red = luma + (2 - 2 * kr) * pr;
  const double blue = luma + (2 - 2 * kb) * pb;
  const double green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  const auto pixel = [](double value) { return std::min(std::max(value * 255, 0.0), 255.0); };
  return {pixel(red), pixel(green), pixel(blue)};
}

/// The picture's colour at a position of the stored luma grid.
Exact colour_at(const Picture& p, double x, double y, Cover cover) {
  const double luma = sample_plane(p, 0, x, y, p.width, p.height, cover);
  const double neutral = 128 << (p.format.bit_depth - 8);
  if (p.format.chroma == Chroma::grey) return to_colour(p, luma, neutral, neutral);
  const bool halved_x = p.format.chroma != Chroma::yuv444;
  const bool halved_y = p.format.chroma == Chroma::yuv420;
  const double shift_x = p.colour.siting == Siting::center ? 0.5 : 0.0;
  const double shift_y = p.colour.siting == Siting::topleft ? 0.0 : 0.5;
  const double cx = halved_x ? (x - shift_x) / 2 : x;
  const double cy = halved_y ? (y - shift_y) / 2 : y;
  const int width = halved_x ? (p.width + 1) / 2 : p.width;
  const int height = halved_y ? (p.height + 1) / 2 : p.height;
  const Cover chroma{halved_x ? cover.x / 2 : cover.x, halved_y ? cover.y / 2 : cover.y};
  return to_colour(p, luma, sample_plane(p, 1, cx, cy, width, height, chroma),
                   sample_plane(p, 2, cx, cy, width, height, chroma));
}

/// The colour at output (x, y) of the upright picture scaled to width x height.
Exact upright_at(const Picture& p, int x, int y, int width, int height, Resize resize) {
  const double upright_width = p.rotation % 2 == 0 ? p.width : p.height;
  const double upright_height = p.rotation % 2 == 0 ? p.height : p.width;
  const double ux = (x + 0.5) * upright_width / width;
  const double uy = (y + 0.5) * upright_height / height;
  Cover cover{0, 0};
  if (resize == Resize::area) cover = {upright_width / width, upright_height / height};
  if (p.rotation % 2 != 0) std::swap(cover.x, cover.y);
  // Corners of the upright picture, back to the stored one.
  switch (p.rotation) {
    case 1:
      return colour_at(p, uy - 0.5, p.height - ux - 0.5, cover);
    case 2:
      return colour_at(p, p.width - ux - 0.5, p.height - uy - 0.5, cover);
    case 3:
      return colour_at(p, p.width - uy - 0.5, ux - 0.5, cover);
    default:
      return colour_at(p, ux - 0.5, uy - 0.5, cover);
  }
}

/// How far the letterbox is from the oracle at its worst, in steps of 255.
double worst_difference(Device& device, const Picture& p, const InputSpec& spec,
                        const std::function<std::vector<std::uint8_t>(Image)>& run) {
  const TestPicture picture = make(device, p);
  Image image = picture.image();
  image.colour = p.colour;
  image.rotation = p.rotation;
  const LetterboxGeometry geometry = letterbox_geometry(image.upright_width(), image.upright_height(), spec);
  const auto slot = run(image);
  const std::size_t plane = 64 * 48;
  double worst = 0;
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      Exact want{114, 114, 114};
      if (x < geometry.scaled_width && y < geometry.scaled_height) {
        want = upright_at(p, x, y, geometry.scaled_width, geometry.scaled_height, spec.resize);
      }
      const std::size_t at = static_cast<std::size_t>(y) * 64 + static_cast<std::size_t>(x);
      worst = std::max({worst, std::abs(slot[at] - want.red), std::abs(slot[at + plane] - want.green),
                        std::abs(slot[at + 2 * plane] - want.blue)});
    }
  }
  return worst;
}

class LetterboxOracle : public test::LetterboxBench {
 protected:
  /// The worst of all pictures, each of which differs by less than `most`.
  void expect_close(const std::vector<Picture>& pictures, const InputSpec& spec, double most) {
    double worst = 0;
    for (const Picture& p : pictures) {
      const double here =
          worst_difference(*device_, p, spec, [&](const Image& image) { return elements<std::uint8_t>(image, spec); });
      EXPECT_LT(here, most) << p.name;
      worst = std::max(worst, here);
    }
    RecordProperty("worst_difference", std::to_string(worst));
  }
};

std::vector<Picture> all_pictures() {
  std::vector<Picture> pictures(std::begin(kPictures), std::end(kPictures));
  std::ranges::copy(every_format(), std::back_inserter(pictures));
  return pictures;
}

TEST_F(LetterboxOracle, differs_from_the_letterbox_by_little_more_than_rounding_in_every_format) {
  EXPECT_EQ(all_pictures().size(), std::size(kPictures) + 126);
  // 0.5 is the last rounding; the rest is 10-bit weights and 8.6 samples. docs/FORMATS.md states it.
  expect_close(all_pictures(), test::pixels_of(64, 48), 0.56);
}

TEST_F(LetterboxOracle, differs_as_little_where_a_picture_is_stretched) {
  InputSpec spec = test::pixels_of(64, 48);
  spec.pad = PadSide::none;
  expect_close(all_pictures(), spec, 0.56);
}

TEST_F(LetterboxOracle, differs_from_the_mean_over_an_area_by_little_more_than_rounding_in_every_format) {
  auto pictures = all_pictures();
  pictures.push_back({"large", 801, 603, kNv12, k709, 0});
  pictures.push_back({"large, turned", 801, 603, {}, k601, 1});
  InputSpec spec = test::pixels_of(64, 48);
  spec.resize = Resize::area;
  expect_close(pictures, spec, 0.53);  // 16-bit weights; docs/FORMATS.md states it
  spec.pad = PadSide::none;
  expect_close(pictures, spec, 0.53);
}

}  // namespace
}  // namespace lyn
