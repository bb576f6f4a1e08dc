#pragma once

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/candidates.h"
#include "kernels/fixed_math.h"
#include "kernels/raw_output.h"

namespace lyn {

/// YOLOX has an anchor a cell on three grids, in this order (Ge et al., "YOLOX: Exceeding YOLO Series in 2021").
constexpr int kYoloxStrides[3] = {8, 16, 32};

/// How many anchors an input of this size has; both sides are multiples of the largest stride.
constexpr int yolox_anchors(int width, int height) {
  int anchors = 0;
  for (const int stride : kYoloxStrides) anchors += (width / stride) * (height / stride);
  return anchors;
}

struct YoloxArgs {
  RawOutput raw;           ///< [slots, anchors, 5 + classes]: dx, dy, log w, log h, objectness, class scores
  Candidates candidates;   ///< written
  std::int32_t width = 0;  ///< of the model's input, pixels
  std::int32_t height = 0;
  std::int32_t classes = 0;
  float floor = 0.1F;  ///< candidates score at least this
};

namespace detail {

struct YoloxCell {
  int x = 0, y = 0, stride = 0;
};

/// The cell of an anchor: grids one after the other, row by row.
LYN_HD YoloxCell yolox_cell(int anchor, int width, int height) {
  int stride = 8;
  for (; stride < 32; stride *= 2) {
    const int cells = (width / stride) * (height / stride);
    if (anchor < cells) break;
    anchor -= cells;
  }
  const int columns = width / stride;
  return {anchor % columns, anchor / columns, stride};
}

/// `row` is the index of the anchor's first value.
LYN_HD Box yolox_box(const RawOutput& raw, std::int64_t row, YoloxCell cell) {
  const float stride = static_cast<float>(cell.stride);
  const float cx = (raw.at(row) + static_cast<float>(cell.x)) * stride;
  const float cy = (raw.at(row + 1) + static_cast<float>(cell.y)) * stride;
  return box_around(cx, cy, fixed_exp(raw.at(row + 2)) * stride, fixed_exp(raw.at(row + 3)) * stride);
}

}  // namespace detail

/// One anchor of one slot: writes its key, and box and class where it is a candidate.
/// Score is objectness times the best class (the lowest of equal ones). Class scores went through a
/// sigmoid, so an objectness below the floor cannot reach it and the 80 scores need not be read.
LYN_HD void yolox_decode(const YoloxArgs& args, int slot, int anchor) {
  const std::int64_t row = (static_cast<std::int64_t>(slot) * args.candidates.anchors + anchor) * (5 + args.classes);
  const float objectness = args.raw.at(row + 4);
  if (!(objectness >= args.floor)) return drop_candidate(args.candidates, slot, anchor);
  const ClassScore best = best_class(args.raw, row + 5, 1, args.classes);
  const Box box = detail::yolox_box(args.raw, row, detail::yolox_cell(anchor, args.width, args.height));
  put_candidate(args.candidates, slot, anchor, args.floor, {box, best.class_id, objectness * best.score});
}

/// Decodes every anchor of every slot; launch it over {anchors, slots}.
extern const Kernel kYoloxHead;

}  // namespace lyn
