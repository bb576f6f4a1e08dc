#pragma once

#include <cstdint>

#include "core/colour.h"
#include "device/address.h"

namespace lyn {

/// YUV to RGB in integers. Samples come in 8.6 fixed point (64 = one step of the 8-bit scale) and
/// coefficients have 14 fraction bits, so a sum has 20 and stays below 2^30 in magnitude.
struct ColourMatrix {
  std::int32_t black;  ///< luma of black, 8.6
  std::int32_t luma;   ///< gain of Y, for all three
  std::int32_t v_to_red;
  std::int32_t u_to_green;  ///< negative
  std::int32_t v_to_green;  ///< negative
  std::int32_t u_to_blue;
  bool operator==(const ColourMatrix&) const = default;
};

struct Rgb {
  std::int32_t red, green, blue;  ///< 0..255
};

namespace colour_matrix {
constexpr int kSampleBits = 6;
constexpr int kCoefficientBits = 14;
constexpr std::int32_t kNeutral = 128 << kSampleBits;  ///< chroma of grey

constexpr std::int32_t fixed(double value) {
  const double scaled = value * (1 << kCoefficientBits);
  return static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/// Weights of red and blue in luma: ITU-R BT.601-7 2.5.1, BT.709-6 3.2, BT.2020-2 table 4.
struct LumaWeights {
  double red, blue;
};
constexpr LumaWeights luma_weights(Matrix matrix) {
  if (matrix == Matrix::bt2020) return {0.2627, 0.0593};
  if (matrix == Matrix::bt709) return {0.2126, 0.0722};
  return {0.299, 0.114};
}

LYN_HD std::int32_t to_pixel(std::int32_t sum) {
  constexpr int kBits = kSampleBits + kCoefficientBits;
  const std::int32_t pixel = (sum + (1 << (kBits - 1))) >> kBits;
  return pixel < 0 ? 0 : pixel > 255 ? 255 : pixel;
}
}  // namespace colour_matrix

/// The matrix of H.273 8.3 for non-constant luminance, from Kr and Kb:
///   R = Y + 2(1-Kr) V,  B = Y + 2(1-Kb) U,  G = (Y - Kr R - Kb B) / (1-Kr-Kb).
/// Limited range: 219 steps of luma above 16 and 224 of chroma, each times 2^(depth-8). Full range:
/// 2^depth - 1 steps, which on the 8-bit scale of the samples is 255 only at 8 bits: folded into the gains.
constexpr ColourMatrix make_colour_matrix(Matrix matrix, Range range, int bit_depth) {
  using colour_matrix::fixed;
  const auto [kr, kb] = colour_matrix::luma_weights(matrix);
  const double kg = 1 - kr - kb;
  const bool full = range == Range::full;
  const double full_steps = static_cast<double>((1 << bit_depth) - 1) / static_cast<double>(1 << (bit_depth - 8));
  const double luma = 255.0 / (full ? full_steps : 219.0);
  const double chroma = 255.0 / (full ? full_steps : 224.0);
  return {full ? 0 : 16 << colour_matrix::kSampleBits,
          fixed(luma),
          fixed(chroma * 2 * (1 - kr)),
          fixed(-chroma * 2 * (1 - kb) * kb / kg),
          fixed(-chroma * 2 * (1 - kr) * kr / kg),
          fixed(chroma * 2 * (1 - kb))};
}

/// One pixel, rounded to nearest (halves up) and held in 0..255. Samples are 8.6, 0..16383.
LYN_HD Rgb to_rgb(const ColourMatrix& m, std::int32_t y, std::int32_t u, std::int32_t v) {
  using colour_matrix::to_pixel;
  const std::int32_t luma = (y - m.black) * m.luma;
  const std::int32_t du = u - colour_matrix::kNeutral;
  const std::int32_t dv = v - colour_matrix::kNeutral;
  return {to_pixel(luma + dv * m.v_to_red), to_pixel(luma + du * m.u_to_green + dv * m.v_to_green),
          to_pixel(luma + du * m.u_to_blue)};
}

}  // namespace lyn
