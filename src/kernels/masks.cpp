#include "kernels/masks.h"

#include <algorithm>

namespace lyn {
namespace {

void place(const void* raw, Grid grid) {
  const MaskArgs& args = *static_cast<const MaskArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) place_masks(args, static_cast<int>(slot));
}

/// Cells that are summed at a time.
constexpr int kChunk = 256;

/// Sums of cells that lie one after the other, the first at `place` of the first prototype. They grow prototype by
/// prototype, which compilers vectorise; each cell's additions come in the order of mask_word().
void sum_cells(const MaskArgs& args, const float* coefficients, std::int64_t place, int count, float* sums) {
  const std::int64_t plane = static_cast<std::int64_t>(args.grid.rows) * args.grid.columns;
  std::fill_n(sums, count, 0.0F);
  for (int p = 0; p < args.prototype_count; ++p, place += plane) {
    const float factor = coefficients[p];
    if (args.prototypes.type == ElementType::float32) {
      const float* values = reinterpret_cast<const float*>(args.prototypes.values.host_view()) + place;
      for (int i = 0; i < count; ++i) sums[i] += factor * values[i];
    } else {
      for (int i = 0; i < count; ++i) sums[i] += factor * args.prototypes.at(place + i);
    }
  }
}

/// Sets the bits of one row of a mask; they are 0 before.
void fill_row(const MaskArgs& args, int slot, const MaskCells& cells, const float* coefficients, int row,
              std::uint32_t* bits) {
  const std::int64_t first_row = static_cast<std::int64_t>(slot) * args.prototype_count * args.grid.rows;
  const std::int64_t place = (first_row + cells.y0 + row) * args.grid.columns + cells.x0;
  float sums[kChunk];
  for (int from = 0; from < cells.columns(); from += kChunk) {
    const int count = std::min(kChunk, cells.columns() - from);
    sum_cells(args, coefficients, place + from, count, sums);
    for (int i = 0; i < count; ++i) {
      const auto cell = static_cast<unsigned>(row * cells.columns() + from + i);
      if (sums[i] > 0) bits[cell / 32] |= 1U << (cell % 32);
    }
  }
}

void fill_slot(const MaskArgs& args, int slot) {
  const std::int32_t* offsets = args.offsets.host_view() + static_cast<std::int64_t>(slot) * (kMaxBoxes + 1);
  std::uint32_t* bits = args.bits.host_view() + static_cast<std::int64_t>(slot) * kMaskWords;
  float coefficients[kMostPrototypes];
  for (int box = 0; box < kMaxBoxes && offsets[box] < offsets[kMaxBoxes]; ++box) {
    if (offsets[box] == offsets[box + 1]) continue;
    const MaskCells cells = cells_of(kept_box(args, slot, box), args.grid);
    read_coefficients(args, slot, box, coefficients);
    std::fill(bits + offsets[box], bits + offsets[box + 1], 0U);
    for (int row = 0; row < cells.rows(); ++row) {
      fill_row(args, slot, cells, coefficients, row, bits + offsets[box]);
    }
  }
}

void fill(const void* raw, Grid grid) {
  const MaskArgs& args = *static_cast<const MaskArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) fill_slot(args, static_cast<int>(slot));
}

}  // namespace

const Kernel kPlaceMasks{"lyn_place_masks", place, {1, 1, 1}};
const Kernel kFillMasks{"lyn_fill_masks", fill, {128, 1, 1}};

}  // namespace lyn
