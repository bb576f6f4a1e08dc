#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/motion_align.h"

/// motion::reduce on a CPU, by rows: whole cells of a usual size in a loop that vectorises, the rest cell by cell.
namespace lyn::motion {

constexpr int kCellsAtATime = 128;

template <class Sample, int size>
inline void add_row(const Sample* __restrict from, int cells, std::uint32_t* __restrict sums) {
  for (int cell = 0; cell < cells; ++cell) {
    std::uint32_t sum = 0;
    for (int i = 0; i < size; ++i) sum += from[cell * size + i];
    sums[cell] += sum;
  }
}

/// `cells` whole cells of one row of cells. Zero bits below the value are taken off the sum: they are zero.
template <class Sample, int size>
inline void reduce_run(const MotionArgs& args, int x, int y, int cells) {
  std::uint32_t sums[kCellsAtATime] = {};
  for (int line = y * size; line < (y + 1) * size; ++line) {
    const auto* row = reinterpret_cast<const Sample*>(args.luma.host_view() + line * args.pitch);
    add_row<Sample, size>(row + x * size, cells, sums);
  }
  std::uint16_t* out = args.value.host_view() + cell_at(args, x, y);
  for (int i = 0; i < cells; ++i) out[i] = cell_value(args, sums[i] >> args.low_zero_bits);
}

template <class Sample, int size>
inline void reduce_sized(const MotionArgs& args) {
  const int columns = args.luma_width / size;
  const int rows = args.luma_height / size;
  for (int y = 0; y < args.height; ++y) {
    int x = 0;
    for (; y < rows && x < columns; x += kCellsAtATime) {
      reduce_run<Sample, size>(args, x, y, std::min(kCellsAtATime, columns - x));
    }
    for (x = y < rows ? columns : 0; x < args.width; ++x) reduce(args, x, y);
  }
}

template <class Sample>
inline void reduce_samples(const MotionArgs& args) {
  switch (args.cell_log2) {
    case 1:
      return reduce_sized<Sample, 2>(args);
    case 2:
      return reduce_sized<Sample, 4>(args);
    case 3:
      return reduce_sized<Sample, 8>(args);
    default:
      break;
  }
  for (int y = 0; y < args.height; ++y) {
    for (int x = 0; x < args.width; ++x) reduce(args, x, y);
  }
}

inline void reduce_rows(const MotionArgs& args) {
  if (args.sample_bytes == 1) return reduce_samples<std::uint8_t>(args);
  reduce_samples<std::uint16_t>(args);
}

}  // namespace lyn::motion
