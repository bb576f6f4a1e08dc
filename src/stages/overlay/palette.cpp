#include "stages/overlay/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lyn {
namespace {

constexpr std::array<Rgb, kPaletteSize> kPalette{{
    {230, 159, 0},    // orange
    {86, 180, 233},   // sky blue
    {0, 158, 115},    // bluish green
    {240, 228, 66},   // yellow
    {0, 114, 178},    // blue
    {213, 94, 0},     // vermillion
    {204, 121, 167},  // reddish purple
}};

double linear(std::uint8_t value) {
  const double x = value / 255.0;
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

struct Weights {
  double red, blue;
};

Weights weights_of(Matrix matrix) {
  if (matrix == Matrix::bt709) return {0.2126, 0.0722};
  if (matrix == Matrix::bt2020) return {0.2627, 0.0593};
  return {0.299, 0.114};
}

std::uint8_t stored(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

Rgb palette_colour(std::uint64_t number) {
  return kPalette[number % kPalette.size()];
}

bool prefers_white_text(Rgb ground) {
  const double light = 0.2126 * linear(ground.r) + 0.7152 * linear(ground.g) + 0.0722 * linear(ground.b);
  const double with_white = 1.05 / (light + 0.05);
  const double with_black = (light + 0.05) / 0.05;
  return with_white > with_black;
}

Yuv to_yuv(Rgb colour, Colour how) {
  const Weights weights = weights_of(how.matrix);
  const double r = colour.r / 255.0;
  const double g = colour.g / 255.0;
  const double b = colour.b / 255.0;
  const double y = weights.red * r + (1 - weights.red - weights.blue) * g + weights.blue * b;
  const double u = (b - y) / (2 * (1 - weights.blue));
  const double v = (r - y) / (2 * (1 - weights.red));
  if (how.range == Range::full) return {stored(255 * y), stored(128 + 255 * u), stored(128 + 255 * v)};
  return {stored(16 + 219 * y), stored(128 + 224 * u), stored(128 + 224 * v)};
}

}  // namespace lyn
