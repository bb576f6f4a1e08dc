#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/colour_matrix.h"
#include "kernels/element_type.h"
#include "kernels/half.h"

namespace lyn {

/// The fused letterbox: YUV planes to one slot, of three planes (NCHW) or of pixels (NHWC).
///
/// Arithmetic, the same on every device, for a slot pixel inside the picture:
/// 1. Luma and each chroma plane are sampled by themselves: bilinear, half-pixel centres, chroma siting
///    honoured, coordinates clamped to the plane (taps.h). Weights have 10 bits on both axes; the four
///    products are summed without rounding in between (12 bits * 2^20 fits 32), then rounded once
///    (halves up) to 8.6 fixed point of the 8-bit scale.
/// 2. YUV to RGB in integers, rounded, held in 0..255 (colour_matrix.h).
/// 3. The element: float pixel * multiplier + bias (two roundings, never fused), that as float16
///    (nearest even), or the pixel itself for uint8.
/// Around the picture every element is that of pixel value `pad_value`.
///
/// Taps run along the stored axes; a quarter turn is in their direction and in `turned`.
/// One work item is one slot pixel: grid {slot_width, slot_height}.
struct LetterboxTaps {
  Address<const std::int32_t> index;
  Address<const std::int32_t> weight;
  int count;  ///< weights an output: see letterbox_area.h; 1 here
};

struct LetterboxArgs {
  /// Y, U, V; semi-planar: V is U's address plus one sample. Row 0, column 0.
  Address<const std::uint8_t> planes[3];
  std::int64_t pitch[3];
  Address<std::uint8_t> slot;
  LetterboxTaps luma_x, luma_y;  ///< of `columns` and `rows` outputs
  LetterboxTaps chroma_x, chroma_y;
  int columns;  ///< outputs along the stored x axis: the scaled width, or height where turned
  int rows;
  int luma_width;     ///< samples of a stored row
  int chroma_width;   ///< pairs, where semi-planar
  int chroma_step;    ///< samples from one U to the next: 1, or 2 where semi-planar; 0: grey
  int low_zero_bits;  ///< below the value in its 16 bits (P010: 6)
  int shift;          ///< from a sum of products to 8.6: bit depth + 6
  int slot_width, slot_height;
  int offset_x, offset_y;
  ColourMatrix matrix;
  float multiplier[3];  ///< by plane of the slot
  float bias[3];
  ElementType type;
  bool turned;  ///< the stored x axis is the upright y axis
  bool bgr;
  bool interleaved;  ///< the slot is NHWC
  std::uint8_t pad_value;
};

extern const Kernel kLetterbox8Kernel;   ///< planes of bytes
extern const Kernel kLetterbox16Kernel;  ///< planes of 16-bit samples

namespace letterbox {

constexpr std::uint32_t kOne = 1024;  ///< a weight of 1

/// A blend of two samples, exact, ten bits longer than they are.
LYN_HD std::uint32_t blend(std::uint32_t first, std::uint32_t second, std::uint32_t weight) {
  return first * (kOne - weight) + second * weight;
}

/// A sum of products as 8.6 fixed point.
LYN_HD std::int32_t narrow(std::uint32_t sum, int shift) {
  return static_cast<std::int32_t>((sum + (1U << (shift - 1))) >> shift);
}

/// The model's element of a pixel value, before it is narrowed to its type.
LYN_HD float element(std::int32_t pixel, float multiplier, float bias) {
  return static_cast<float>(pixel) * multiplier + bias;
}

/// Sample `column` of a row, without the zero bits below it.
template <class Sample>
LYN_HD std::uint32_t load(const std::uint8_t* row, std::int64_t column, int low_zero_bits) {
  return static_cast<std::uint32_t>(reinterpret_cast<const Sample*>(row)[column]) >> low_zero_bits;
}

/// One plane at output (column, row) of the stored axes, in 8.6.
template <class Sample>
LYN_HD std::int32_t sample_plane(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& along,
                                 const LetterboxTaps& down, int column, int row) {
  const std::int32_t x = along.index.host_view()[column];
  const std::int32_t y = down.index.host_view()[row];
  const auto wx = static_cast<std::uint32_t>(along.weight.host_view()[column]);
  const auto wy = static_cast<std::uint32_t>(down.weight.host_view()[row]);
  const std::uint8_t* first = args.planes[plane].host_view() + y * args.pitch[plane];
  const std::uint8_t* second = wy == 0 ? first : first + args.pitch[plane];
  const std::int64_t left = static_cast<std::int64_t>(x) * step;
  const std::int64_t right = wx == 0 ? left : left + step;
  const int zeros = args.low_zero_bits;
  const std::uint32_t near = blend(load<Sample>(first, left, zeros), load<Sample>(second, left, zeros), wy);
  const std::uint32_t far = blend(load<Sample>(first, right, zeros), load<Sample>(second, right, zeros), wy);
  return narrow(blend(near, far, wx), args.shift);
}

/// How a plane is sampled.
struct Bilinear {
  template <class Sample>
  LYN_HD static std::int32_t sample(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& along,
                                    const LetterboxTaps& down, int column, int row) {
    return sample_plane<Sample>(args, plane, step, along, down, column, row);
  }
};

/// The picture's pixel at output (column, row) of the stored axes: the definition.
template <class Sample, class Sampler>
LYN_HD Rgb pixel_at(const LetterboxArgs& args, int column, int row) {
  const std::int32_t y = Sampler::template sample<Sample>(args, 0, 1, args.luma_x, args.luma_y, column, row);
  if (args.chroma_step == 0) return to_rgb(args.matrix, y, colour_matrix::kNeutral, colour_matrix::kNeutral);
  const int step = args.chroma_step;
  const std::int32_t u = Sampler::template sample<Sample>(args, 1, step, args.chroma_x, args.chroma_y, column, row);
  const std::int32_t v = Sampler::template sample<Sample>(args, 2, step, args.chroma_x, args.chroma_y, column, row);
  return to_rgb(args.matrix, y, u, v);
}

/// Writes the element of `pixel` at `index` of the slot, which belongs to slot plane `channel`.
LYN_HD void store(const LetterboxArgs& args, std::uint8_t* slot, std::int64_t index, int channel, std::int32_t pixel) {
  const float value = element(pixel, args.multiplier[channel], args.bias[channel]);
  if (args.type == ElementType::float32) {
    reinterpret_cast<float*>(slot)[index] = value;
  } else if (args.type == ElementType::float16) {
    reinterpret_cast<std::uint16_t*>(slot)[index] = to_half(value);
  } else {
    slot[index] = static_cast<std::uint8_t>(pixel);
  }
}

/// The whole of one slot pixel: what the launch is, and what the faster row code is tested against.
template <class Sample, class Sampler = Bilinear>
LYN_HD void slot_pixel(const LetterboxArgs& args, int x, int y) {
  const int upright_x = x - args.offset_x;
  const int upright_y = y - args.offset_y;
  const int column = args.turned ? upright_y : upright_x;
  const int row = args.turned ? upright_x : upright_y;
  Rgb pixel{args.pad_value, args.pad_value, args.pad_value};
  if (column >= 0 && column < args.columns && row >= 0 && row < args.rows) {
    pixel = pixel_at<Sample, Sampler>(args, column, row);
  }
  const std::int64_t plane = args.interleaved ? 1 : static_cast<std::int64_t>(args.slot_width) * args.slot_height;
  const std::int64_t index = (static_cast<std::int64_t>(y) * args.slot_width + x) * (args.interleaved ? 3 : 1);
  std::uint8_t* slot = args.slot.host_view();
  store(args, slot, index, 0, args.bgr ? pixel.blue : pixel.red);
  store(args, slot, index + plane, 1, pixel.green);
  store(args, slot, index + 2 * plane, 2, args.bgr ? pixel.red : pixel.blue);
}

}  // namespace letterbox
}  // namespace lyn
