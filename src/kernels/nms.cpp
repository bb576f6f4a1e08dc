#include "kernels/nms.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace lyn {
namespace {

/// Moves the keys of candidates to the front; returns all of them.
std::span<std::uint64_t> compact(std::span<std::uint64_t> keys) {
  const auto end = std::remove(keys.begin(), keys.end(), std::uint64_t{0});
  return keys.first(static_cast<std::size_t>(end - keys.begin()));
}

std::span<std::uint64_t> highest_in_order(std::span<std::uint64_t> keys) {
  if (keys.size() > kMaxCandidates) {
    std::nth_element(keys.begin(), keys.begin() + kMaxCandidates, keys.end(), std::greater<>());
    keys = keys.first(kMaxCandidates);
  }
  std::sort(keys.begin(), keys.end(), std::greater<>());
  return keys;
}

bool suppressed(const Detection& candidate, std::span<const Detection> kept, float threshold) {
  return std::ranges::any_of(kept, [&](const Detection& better) {
    return better.class_id == candidate.class_id && overlaps_more(better.box, candidate.box, threshold);
  });
}

void run_slot(const NmsArgs& args, unsigned slot) {
  const auto anchors = static_cast<std::size_t>(args.candidates.anchors);
  const std::size_t first = anchors * slot;
  const Box* boxes = args.candidates.boxes.host_view() + first;
  const std::int32_t* classes = args.candidates.classes.host_view() + first;
  SlotBoxes& result = args.results.host_view()[slot];
  MoreBoxes& more = args.more.host_view()[slot];
  const auto found = compact({args.candidates.keys.host_view() + first, anchors});
  result.candidates = static_cast<std::int32_t>(found.size());
  std::array<Detection, kMaxBoxes> kept;
  std::size_t count = 0;
  for (const std::uint64_t key : highest_in_order(found)) {
    const std::uint32_t anchor = anchor_of_key(key);
    const Detection candidate{boxes[anchor], classes[anchor], score_of_key(key)};
    if (suppressed(candidate, std::span(kept).first(count), args.threshold)) continue;
    store_box(result, more, static_cast<int>(count), candidate);
    store_anchor(args, static_cast<int>(slot), static_cast<int>(count), anchor);
    kept[count++] = candidate;
    if (count == kMaxBoxes) break;
  }
  result.count = static_cast<std::int32_t>(count);
}

void run(const void* raw, Grid grid) {
  const NmsArgs& args = *static_cast<const NmsArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) run_slot(args, slot);
}

}  // namespace

const Kernel kNms{"lyn_nms", run, {kNmsThreads, 1, 1}};

}  // namespace lyn
