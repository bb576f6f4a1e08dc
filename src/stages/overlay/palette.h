#pragma once

#include <cstdint>

#include "core/colour.h"

namespace lyn {

struct Rgb {
  std::uint8_t r, g, b;
};

/// Seven colours that people with any common colour blindness can tell apart: Okabe and Ito, "Color
/// Universal Design" (2008), as printed in Wong, Nature Methods 8, 441 (2011), without black. Numbers
/// past the end begin again, so neighbouring track ids differ.
constexpr int kPaletteSize = 7;
Rgb palette_colour(std::uint64_t number);

/// True when white text on `ground` reads better than black: the higher contrast ratio of WCAG 2.1
/// (relative luminance, (L1 + 0.05) / (L2 + 0.05)).
bool prefers_white_text(Rgb ground);

struct Yuv {
  std::uint8_t y, u, v;
};

/// A colour as the picture stores it (ITU-T H.273: 8-bit, by matrix and range). `unspecified` reads
/// as BT.601 limited.
Yuv to_yuv(Rgb colour, Colour how);

}  // namespace lyn
