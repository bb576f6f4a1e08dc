#pragma once

#include <cstdint>

namespace lyn {

/// Chroma subsampling of a YUV picture; grey has no chroma planes.
enum class Chroma { yuv420, yuv422, yuv444, grey };

/// The YUV to RGB matrix (ITU-T H.273 MatrixCoefficients, the three that cameras use).
enum class Matrix { unspecified, bt601, bt709, bt2020 };
enum class Range { unspecified, limited, full };
/// Where a 4:2:0 or 4:2:2 chroma sample sits relative to the luma grid.
/// `left`: on the even luma column (MPEG-2, H.264 default); `center`: between columns (JPEG);
/// `topleft`: on the even column and row (BT.2020 / Blu-ray UHD).
enum class Siting { unspecified, left, center, topleft };

/// How samples become light. Travels with every image.
struct Colour {
  Matrix matrix = Matrix::unspecified;
  Range range = Range::unspecified;
  Siting siting = Siting::unspecified;
  bool operator==(const Colour&) const = default;
};

/// How samples lie in memory. Planar: Y, U, V. Semi-planar: Y, then U and V in turn (NV12, P010).
/// Samples of more than 8 bits take 16, little-endian.
enum class Layout : std::uint8_t { planar, semi_planar };

struct PixelFormat {
  Chroma chroma = Chroma::yuv420;
  Layout layout = Layout::planar;
  std::uint8_t bit_depth = 8;
  /// True for P010 and its like: the value sits in the high bits of its 16.
  bool high_bits = false;

  [[nodiscard]] int sample_bytes() const { return bit_depth > 8 ? 2 : 1; }
  [[nodiscard]] int planes() const {
    if (chroma == Chroma::grey) return 1;
    return layout == Layout::planar ? 3 : 2;
  }
  /// log2 of how many luma columns or rows share one chroma sample.
  [[nodiscard]] int chroma_shift_x() const { return chroma == Chroma::yuv420 || chroma == Chroma::yuv422 ? 1 : 0; }
  [[nodiscard]] int chroma_shift_y() const { return chroma == Chroma::yuv420 ? 1 : 0; }
  bool operator==(const PixelFormat&) const = default;
};

}  // namespace lyn
