#pragma once

#include "device/address.h"
#include "device/kernel.h"
#include "kernels/fixed_math.h"
#include "kernels/nms.h"

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
  Address<const float> raw;  ///< [slots, anchors, 5 + classes]: dx, dy, log w, log h, objectness, class scores
  Candidates candidates;     ///< written
  std::int32_t width = 0;    ///< of the model's input, pixels
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

LYN_HD Box yolox_box(const float* row, YoloxCell cell) {
  const float stride = static_cast<float>(cell.stride);
  const float cx = (row[0] + static_cast<float>(cell.x)) * stride;
  const float cy = (row[1] + static_cast<float>(cell.y)) * stride;
  const float half_w = fixed_exp(row[2]) * stride * 0.5F;
  const float half_h = fixed_exp(row[3]) * stride * 0.5F;
  return {cx - half_w, cy - half_h, cx + half_w, cy + half_h};
}

/// False for NaN, infinities and what no picture can hold: such a box is no candidate.
LYN_HD bool plausible(const Box& box) {
  constexpr float kFar = 1.0e6F;
  return box.x1 > -kFar && box.y1 > -kFar && box.x2 < kFar && box.y2 < kFar;
}

}  // namespace detail

/// One anchor of one slot: writes its key, and box and class where it is a candidate.
/// Score is objectness times the best class (the lowest of equal ones). Class scores went through a
/// sigmoid, so an objectness below the floor cannot reach it and the 80 scores need not be read.
LYN_HD void yolox_decode(const YoloxArgs& args, int slot, int anchor) {
  const long long index = static_cast<long long>(slot) * args.candidates.anchors + anchor;
  const float* row = args.raw.host_view() + index * (5 + args.classes);
  std::uint64_t& key = args.candidates.keys.host_view()[index];
  key = 0;
  const float objectness = row[4];
  if (!(objectness >= args.floor)) return;
  int best = 0;
  for (int c = 1; c < args.classes; ++c) {
    if (row[5 + c] > row[5 + best]) best = c;
  }
  const float score = objectness * row[5 + best];
  if (!(score >= args.floor && score > 0.0F)) return;
  const Box box = detail::yolox_box(row, detail::yolox_cell(anchor, args.width, args.height));
  if (!detail::plausible(box)) return;
  args.candidates.boxes.host_view()[index] = box;
  args.candidates.classes.host_view()[index] = best;
  key = candidate_key(score, static_cast<std::uint32_t>(anchor));
}

/// Decodes every anchor of every slot; launch it over {anchors, slots}.
extern const Kernel kYoloxHead;

}  // namespace lyn
