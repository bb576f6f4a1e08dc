// Masks of kept boxes: one thread a slot places them, then a thread fills a word of 32 cells. The arithmetic
// is masks.h's.
#include "kernels/masks.h"

extern "C" __global__ void lyn_place_masks(lyn::MaskArgs args) {
  lyn::place_masks(args, static_cast<int>(blockIdx.y));
}

extern "C" __global__ void lyn_fill_masks(lyn::MaskArgs args) {
  const int slot = static_cast<int>(blockIdx.y);
  const int word = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const std::int32_t* offsets = args.offsets.host_view() + static_cast<std::int64_t>(slot) * (lyn::kMaxBoxes + 1);
  if (word >= offsets[lyn::kMaxBoxes]) return;
  const int box = lyn::box_of_word(offsets, word);
  const lyn::MaskCells cells = lyn::cells_of(lyn::kept_box(args, slot, box), args.grid);
  float coefficients[lyn::kMostPrototypes];
  lyn::read_coefficients(args, slot, box, coefficients);
  args.bits.host_view()[static_cast<std::int64_t>(slot) * lyn::kMaskWords + word] =
      lyn::mask_word(args, slot, cells, coefficients, word - offsets[box]);
}
