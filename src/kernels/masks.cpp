#include "kernels/masks.h"

namespace lyn {
namespace {

void place(const void* raw, Grid grid) {
  const MaskArgs& args = *static_cast<const MaskArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) place_masks(args, static_cast<int>(slot));
}

void fill_slot(const MaskArgs& args, int slot) {
  const std::int32_t* offsets = args.offsets.host_view() + static_cast<std::int64_t>(slot) * (kMaxBoxes + 1);
  std::uint32_t* bits = args.bits.host_view() + static_cast<std::int64_t>(slot) * kMaskWords;
  float coefficients[kMostPrototypes];
  for (int box = 0; box < kMaxBoxes && offsets[box] < offsets[kMaxBoxes]; ++box) {
    if (offsets[box] == offsets[box + 1]) continue;
    const MaskCells cells = cells_of(kept_box(args, slot, box), args.grid);
    read_coefficients(args, slot, box, coefficients);
    for (std::int32_t word = offsets[box]; word < offsets[box + 1]; ++word) {
      bits[word] = mask_word(args, slot, cells, coefficients, word - offsets[box]);
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
