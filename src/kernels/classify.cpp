#include "kernels/classify.h"

#include <algorithm>
#include <array>

namespace lyn {
namespace {

Softmax softmax_of(const ClassifyArgs& args, int slot) {
  if (!args.logits) return {};
  Softmax softmax{lane_largest(args, slot, 0), 0};
  for (int lane = 1; lane < kClassLanes; ++lane)
    softmax.largest = std::max(softmax.largest, lane_largest(args, slot, lane));
  for (int lane = 0; lane < kClassLanes; ++lane) softmax.sum += lane_sum(args, slot, lane, softmax.largest);
  return softmax;
}

void run_slot(const ClassifyArgs& args, int slot) {
  const Softmax softmax = softmax_of(args, slot);
  TopClasses& top = args.results.host_view()[slot];
  top.count = 0;
  std::uint64_t limit = ~std::uint64_t{0};
  while (top.count < std::min(kTopClasses, args.classes)) {
    std::uint64_t best = 0;
    for (int lane = 0; lane < kClassLanes; ++lane) best = std::max(best, lane_best(args, slot, lane, softmax, limit));
    top.classes[top.count++] = class_of_key(best);
    limit = best;
  }
}

void run(const void* raw, Grid grid) {
  const ClassifyArgs& args = *static_cast<const ClassifyArgs*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) run_slot(args, static_cast<int>(slot));
}

}  // namespace

const Kernel kClassify{"lyn_classify", run, {kClassLanes, 1, 1}};

}  // namespace lyn
