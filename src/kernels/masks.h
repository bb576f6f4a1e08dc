#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/nms.h"
#include "kernels/raw_output.h"

/// Masks of the boxes that NMS kept, from prototypes and coefficients (Bolya et al., "YOLACT", 2019, as
/// Ultralytics' segmentation models use it): a cell of the prototypes' grid belongs to an object where the
/// sigmoid of the sum of coefficient times prototype is above a half, that is, where the sum is above 0.
/// Each mask is cut to its box and leaves the device as one bit a cell.
namespace lyn {

/// Masks of so many words of 32 cells leave the device with a frame, at most: DESIGN 4's 64 KB. Those of the
/// highest boxes, up to the first one that does not fit.
constexpr int kMaskWords = 16'384;
constexpr int kMostPrototypes = 64;

/// The prototypes' grid, in a slot.
struct MaskGrid {
  std::int32_t columns = 0;
  std::int32_t rows = 0;
  float cells_per_x = 0;  ///< columns a slot pixel
  float cells_per_y = 0;
};

/// Cells of the grid, ends not included.
struct MaskCells {
  std::int32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  [[nodiscard]] LYN_HD std::int32_t columns() const { return x1 - x0; }
  [[nodiscard]] LYN_HD std::int32_t rows() const { return y1 - y0; }
  [[nodiscard]] LYN_HD std::int32_t words() const { return (columns() * rows() + 31) / 32; }
};

/// The least cell at or behind a place that is not negative, at most `cells`.
LYN_HD std::int32_t cell_from(float place, std::int32_t cells) {
  if (!(place < static_cast<float>(cells))) return cells;
  const auto whole = static_cast<std::int32_t>(place);
  return static_cast<float>(whole) < place ? whole + 1 : whole;
}

/// The cells of a box: those whose number lies between its sides, as the reference cuts them. The box is one
/// that was packed, so host and device have the same.
LYN_HD MaskCells cells_of(const Box& box, const MaskGrid& grid) {
  MaskCells cells{cell_from(box.x1 * grid.cells_per_x, grid.columns), cell_from(box.y1 * grid.cells_per_y, grid.rows),
                  cell_from(box.x2 * grid.cells_per_x, grid.columns), cell_from(box.y2 * grid.cells_per_y, grid.rows)};
  if (cells.x1 < cells.x0) cells.x1 = cells.x0;
  if (cells.y1 < cells.y0) cells.y1 = cells.y0;
  return cells;
}

struct MaskArgs {
  RawOutput coefficients;               ///< value v of an anchor: element as KeypointArgs gives it
  RawOutput prototypes;                 ///< [slots, prototypes, rows, columns]
  Address<const SlotBoxes> first;       ///< one a slot
  Address<const MoreBoxes> more;        ///< likewise
  Address<const std::int32_t> anchors;  ///< NmsArgs::anchors
  Address<std::int32_t> offsets;        ///< kMaxBoxes + 1 a slot, written by kPlaceMasks: a mask's first word
  Address<std::uint32_t> bits;          ///< kMaskWords a slot, written by kFillMasks
  MaskGrid grid;
  std::int32_t prototype_count = 0;
  std::int32_t first_value = 0;  ///< of an anchor at which coefficients begin
  std::int64_t slot_step = 0;
  std::int64_t anchor_step = 0;
  std::int64_t value_step = 0;
};

LYN_HD Box kept_box(const MaskArgs& args, int slot, int index) {
  return unpack(index < kFirstBoxes ? args.first.host_view()[slot].boxes[index]
                                    : args.more.host_view()[slot].boxes[index - kFirstBoxes])
      .box;
}

/// Says where each mask of a slot begins; masks that have no room get no words.
LYN_HD void place_masks(const MaskArgs& args, int slot) {
  std::int32_t* offsets = args.offsets.host_view() + static_cast<std::int64_t>(slot) * (kMaxBoxes + 1);
  const int count = args.first.host_view()[slot].count;
  std::int32_t at = 0;
  bool room = true;
  for (int i = 0; i < kMaxBoxes; ++i) {
    offsets[i] = at;
    if (!room || i >= count) continue;
    const std::int32_t words = cells_of(kept_box(args, slot, i), args.grid).words();
    room = at + words <= kMaskWords;
    if (room) at += words;
  }
  offsets[kMaxBoxes] = at;
}

/// The last box whose mask begins at or before a word that some mask has.
LYN_HD int box_of_word(const std::int32_t* offsets, int word) {
  int low = 0;
  int high = kMaxBoxes;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (offsets[middle] <= word ? low : high) = middle;
  }
  return low;
}

/// The 32 cells of one word of a mask, as a GPU's thread works on them. The host sums whole rows, to the same bits.
LYN_HD std::uint32_t mask_word(const MaskArgs& args, int slot, const MaskCells& cells, const float* coefficients,
                               int word) {
  const std::int64_t plane = static_cast<std::int64_t>(args.grid.rows) * args.grid.columns;
  const std::int64_t slot_first = slot * plane * args.prototype_count;
  const int all = cells.columns() * cells.rows();
  std::uint32_t bits = 0;
  for (int bit = 0; bit < 32 && word * 32 + bit < all; ++bit) {
    const int cell = word * 32 + bit;
    const std::int64_t place = slot_first +
                               static_cast<std::int64_t>(cells.y0 + cell / cells.columns()) * args.grid.columns +
                               cells.x0 + cell % cells.columns();
    float sum = 0;
    for (int p = 0; p < args.prototype_count; ++p) sum += coefficients[p] * args.prototypes.at(place + p * plane);
    if (sum > 0) bits |= 1U << static_cast<unsigned>(bit);
  }
  return bits;
}

/// An anchor's coefficients into `to`, which has room for kMostPrototypes.
LYN_HD void read_coefficients(const MaskArgs& args, int slot, int box, float* to) {
  const std::int32_t anchor = args.anchors.host_view()[static_cast<std::int64_t>(slot) * kMaxBoxes + box];
  const std::int64_t at = slot * args.slot_step + anchor * args.anchor_step + args.first_value * args.value_step;
  for (int p = 0; p < args.prototype_count; ++p) to[p] = args.coefficients.at(at + p * args.value_step);
}

/// Launch it over {1, slots}, then kFillMasks over {kMaskWords, slots}.
extern const Kernel kPlaceMasks;
extern const Kernel kFillMasks;

}  // namespace lyn
