#pragma once

#include <cstdint>

#include "kernels/letterbox.h"

/// The letterbox of cards with `resize: area`: each plane is sampled as the mean over what a slot pixel covers
/// (area_taps.h); the rest is as letterbox.h has it. Weights have 16 bits on both axes, and the products are summed in
/// 64 bits without rounding in between.
namespace lyn {

extern const Kernel kLetterboxArea8Kernel;   ///< planes of bytes
extern const Kernel kLetterboxArea16Kernel;  ///< planes of 16-bit samples

namespace letterbox_area {

/// LetterboxArgs::shift: from a sum of products to 8.6.
constexpr int shift_of(int bit_depth) {
  return bit_depth + 18;
}

LYN_HD std::int32_t narrow(std::uint64_t sum, int shift) {
  return static_cast<std::int32_t>((sum + (std::uint64_t{1} << (shift - 1))) >> shift);
}

/// One plane at output (column, row) of the stored axes, in 8.6.
template <class Sample>
LYN_HD std::int32_t sample_plane(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& along,
                                 const LetterboxTaps& down, int column, int row) {
  const std::int64_t left = static_cast<std::int64_t>(along.index.host_view()[column]) * step;
  const std::int32_t* across = along.weight.host_view() + static_cast<std::int64_t>(column) * along.count;
  const std::int32_t* below = down.weight.host_view() + static_cast<std::int64_t>(row) * down.count;
  const std::uint8_t* line = args.planes[plane].host_view() + down.index.host_view()[row] * args.pitch[plane];
  std::uint64_t sum = 0;
  for (int j = 0; j < down.count; ++j, line += args.pitch[plane]) {
    std::uint32_t of_line = 0;  // 12 bits times 2^16 in all
    for (int i = 0; i < along.count; ++i) {
      of_line += letterbox::load<Sample>(line, left + static_cast<std::int64_t>(i) * step, args.low_zero_bits) *
                 static_cast<std::uint32_t>(across[i]);
    }
    sum += static_cast<std::uint64_t>(of_line) * static_cast<std::uint32_t>(below[j]);
  }
  return narrow(sum, args.shift);
}

struct Sampler {
  template <class Sample>
  LYN_HD static std::int32_t sample(const LetterboxArgs& args, int plane, int step, const LetterboxTaps& along,
                                    const LetterboxTaps& down, int column, int row) {
    return sample_plane<Sample>(args, plane, step, along, down, column, row);
  }
};

/// The whole of one slot pixel: what the launch is.
template <class Sample>
LYN_HD void slot_pixel(const LetterboxArgs& args, int x, int y) {
  letterbox::slot_pixel<Sample, Sampler>(args, x, y);
}

}  // namespace letterbox_area
}  // namespace lyn
