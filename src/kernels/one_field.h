#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// Makes a whole picture of one field of an interlaced one: lines of that field stay, each line between two of them
/// becomes their mean, rounded up at a half; at the picture's edge it is the one line beside it. Chroma planes are
/// interlaced like luma (ITU-T H.264 6.2), so all planes are treated alike.
struct OneFieldArgs {
  struct Channel {
    Address<const std::uint8_t> from;
    Address<std::uint8_t> to;
    std::int64_t from_pitch;
    std::int64_t to_pitch;
    int samples;  ///< a row; U and V of a semi-planar plane count each
    int rows;
  };
  Channel channels[3];
  int channel_count;
  int sample_bytes;   ///< 1 or 2
  int low_zero_bits;  ///< below the value in its 16 bits (P010: 6)
  int kept;           ///< 0: lines 0, 2, 4, …; 1: lines 1, 3, 5, …
};

/// Both images have the same size and format, and do not share memory.
OneFieldArgs one_field_args(const Image& from, const Image& to, int kept);
/// Work items are samples: {of the widest row, rows of the tallest plane, planes}.
Grid one_field_grid(const OneFieldArgs& args);

extern const Kernel kOneField;

namespace one_field {

/// The two rows whose mean a row becomes; the same one twice: it is copied.
struct Rows {
  int above;
  int below;
};

LYN_HD Rows sources_of(int row, int rows, int kept) {
  if ((row & 1) == kept || rows == 1) return {row, row};
  const int above = row > 0 ? row - 1 : row + 1;
  return {above, row + 1 < rows ? row + 1 : above};
}

LYN_HD std::uint32_t mean(std::uint32_t a, std::uint32_t b, int low_zero_bits) {
  return (((a >> low_zero_bits) + (b >> low_zero_bits) + 1) >> 1) << low_zero_bits;
}

}  // namespace one_field
}  // namespace lyn
