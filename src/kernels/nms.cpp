#include "kernels/nms.h"

#include <algorithm>
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

bool suppressed(const Detection& candidate, const SlotBoxes& kept, float threshold) {
  for (int i = 0; i < kept.count; ++i) {
    const Detection& better = kept.boxes[i];
    if (better.class_id == candidate.class_id && overlaps_more(better.box, candidate.box, threshold)) return true;
  }
  return false;
}

void run_slot(const NmsArgs& args, unsigned slot) {
  const auto anchors = static_cast<std::size_t>(args.candidates.anchors);
  const std::size_t first = anchors * slot;
  const Box* boxes = args.candidates.boxes.host_view() + first;
  const std::int32_t* classes = args.candidates.classes.host_view() + first;
  SlotBoxes& result = args.results.host_view()[slot];
  const auto found = compact({args.candidates.keys.host_view() + first, anchors});
  result.count = 0;
  result.candidates = static_cast<std::int32_t>(found.size());
  for (const std::uint64_t key : highest_in_order(found)) {
    const std::uint32_t anchor = anchor_of_key(key);
    const Detection candidate{boxes[anchor], classes[anchor], score_of_key(key)};
    if (suppressed(candidate, result, args.threshold)) continue;
    result.boxes[result.count++] = candidate;
    if (result.count == kMaxBoxes) break;
  }
}

void run(const void* raw, Grid grid) {
  const NmsArgs& args = *static_cast<const NmsArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) run_slot(args, slot);
}

}  // namespace

const Kernel kNms{"lyn_nms", run, {kNmsThreads, 1, 1}};

}  // namespace lyn
