#pragma once

#include "kernels/motion_model.h"

/// Steps of kernels/motion.h: from foreground cells to boxes.
///
/// Components by union-find over an array of labels, where a label is always a cell of the same component that does
/// not come later (Playne and Hawick, "A New Algorithm for Parallel Connected-Component Labelling on GPUs", 2018). Two
/// trees are joined by lowering the later root to the earlier one, so every root is the first cell of its component,
/// in whichever order threads come.
namespace lyn::motion {

constexpr int kJoin = 2;  ///< cells that the mask grows on each side before it is cut into components

LYN_HD void lower(std::int32_t& place, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  atomicMin(&place, value);
#else
  if (value < place) place = value;
#endif
}

LYN_HD void raise(std::int32_t& place, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  atomicMax(&place, value);
#else
  if (value > place) place = value;
#endif
}

LYN_HD void add(std::int32_t& place, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  atomicAdd(&place, value);
#else
  place += value;
#endif
}

/// A label that other threads may be lowering: read from memory each time.
LYN_HD std::int32_t label_at(const std::int32_t* labels, std::int32_t at) {
  return *static_cast<const volatile std::int32_t*>(labels + at);
}

/// Lowers a root; what was there before.
LYN_HD std::int32_t exchange_lower(std::int32_t& place, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  return atomicMin(&place, value);
#else
  const std::int32_t before = place;
  if (value < before) place = value;
  return before;
#endif
}

LYN_HD std::int32_t root_of(const std::int32_t* labels, std::int32_t at) {
  for (std::int32_t next = label_at(labels, at); next != at; next = label_at(labels, at)) at = next;
  return at;
}

LYN_HD void unite(std::int32_t* labels, std::int32_t a, std::int32_t b) {
  for (;;) {
    a = root_of(labels, a);
    b = root_of(labels, b);
    if (a == b) return;
    if (a > b) {
      const std::int32_t swapped = a;
      a = b;
      b = swapped;
    }
    const std::int32_t before = exchange_lower(labels[b], a);
    if (before == b) return;
    b = before;  // another thread had lowered it: that tree must be joined as well
  }
}

/// Majority of 3x3, outside the picture counted as background. A model that is still learning shows nothing.
LYN_HD void clean(const MotionArgs& args, int x, int y) {
  const std::uint8_t* raw = args.raw.host_view();
  int count = 0;
  for (int row = y - 1; row <= y + 1; ++row) {
    for (int column = x - 1; column <= x + 1; ++column) {
      if (row < 0 || column < 0 || row >= args.height || column >= args.width) continue;
      count += raw[cell_at(args, column, row)];
    }
  }
  // At the edge of the picture half of the neighbours are not there.
  const bool edge = x == 0 || y == 0 || x == args.width - 1 || y == args.height - 1;
  args.mask.host_view()[cell_at(args, x, y)] = count >= (edge ? 4 : 5) ? 1 : 0;
}

LYN_HD void widen(const MotionArgs& args, int x, int y) {
  const std::uint8_t* row = args.mask.host_view() + cell_at(args, 0, y);
  std::uint8_t found = 0;
  for (int column = held(x - kJoin, 0, x); column <= x + kJoin && column < args.width; ++column) found |= row[column];
  args.wide.host_view()[cell_at(args, x, y)] = found;
}

LYN_HD void heighten(const MotionArgs& args, int x, int y) {
  const std::uint8_t* wide = args.wide.host_view();
  std::uint8_t found = 0;
  for (int row = held(y - kJoin, 0, y); row <= y + kJoin && row < args.height; ++row) {
    found |= wide[cell_at(args, x, row)];
  }
  args.joined.host_view()[cell_at(args, x, y)] = found;
}

LYN_HD void prepare(const MotionArgs& args, int x, int y) {
  const std::int64_t at = cell_at(args, x, y);
  const bool inside = args.joined.host_view()[at] != 0;
  args.labels.host_view()[at] = inside ? static_cast<std::int32_t>(at) : -1;
  if (inside) args.components.host_view()[at] = {args.width, args.height, -1, -1, 0};
}

/// With the neighbours that come before it, diagonal ones too.
LYN_HD void merge(const MotionArgs& args, int x, int y) {
  const std::int64_t at = cell_at(args, x, y);
  const std::uint8_t* joined = args.joined.host_view();
  if (joined[at] == 0) return;
  std::int32_t* labels = args.labels.host_view();
  const auto own = static_cast<std::int32_t>(at);
  const std::int32_t up = own - args.width;
  if (x > 0 && joined[at - 1] != 0) unite(labels, own, own - 1);
  if (y == 0) return;
  if (joined[up] != 0) return unite(labels, own, up);
  if (x > 0 && joined[up - 1] != 0) unite(labels, own, up - 1);
  if (x + 1 < args.width && joined[up + 1] != 0) unite(labels, own, up + 1);
}

/// Box and area of each component from its foreground cells alone, not from those that join them.
LYN_HD void measure(const MotionArgs& args, int x, int y) {
  const std::int64_t at = cell_at(args, x, y);
  if (args.mask.host_view()[at] == 0) return;
  const std::int32_t root = root_of(args.labels.host_view(), static_cast<std::int32_t>(at));
  MotionComponent& component = args.components.host_view()[root];
  lower(component.left, x);
  lower(component.top, y);
  raise(component.right, x);
  raise(component.bottom, y);
  add(component.area, 1);
}

/// Candidates for NMS, in pixels of the stored picture. The score says how well the box fits: the Dice overlap of box
/// and foreground, 2 |B and F| / (|B| + |F|).
LYN_HD void gather(const MotionArgs& args, int x, int y) {
  const std::int64_t at = cell_at(args, x, y);
  std::uint64_t& key = args.candidates.keys.host_view()[at];
  key = 0;
  const MotionState& state = *args.state.host_view();
  if (state.age <= kMotionLearnFrames || args.labels.host_view()[at] != at) return;
  const MotionComponent& component = args.components.host_view()[at];
  if (component.area < args.least_cells) return;
  const int size = 1 << args.cell_log2;
  const int right = (component.right + 1) * size;
  const int bottom = (component.bottom + 1) * size;
  args.candidates.boxes.host_view()[at] = {static_cast<float>(component.left * size),
                                           static_cast<float>(component.top * size),
                                           static_cast<float>(right < args.luma_width ? right : args.luma_width),
                                           static_cast<float>(bottom < args.luma_height ? bottom : args.luma_height)};
  args.candidates.classes.host_view()[at] = 0;
  const int box = (component.right - component.left + 1) * (component.bottom - component.top + 1);
  const float score = static_cast<float>(2 * component.area) / static_cast<float>(box + component.area);
  if (score >= args.least_score) key = candidate_key(score, static_cast<std::uint32_t>(at));
}

}  // namespace lyn::motion
