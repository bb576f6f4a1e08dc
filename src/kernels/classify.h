#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/candidates.h"
#include "kernels/fixed_math.h"
#include "kernels/raw_output.h"

/// The highest classes of a classifier's output. A slot is worked on by kClassLanes lanes, lane l looking at the
/// classes l, l + kClassLanes and so on; lanes' sums are added in the order of the lanes. That order is part of the
/// definition, so that every device comes to the same bits.
namespace lyn {

constexpr int kTopClasses = 5;
constexpr int kClassLanes = 128;

/// What leaves the device of one slot.
struct TopClasses {
  std::int32_t count = 0;  ///< kTopClasses, or all that there are
  ClassScore classes[kTopClasses];
};

struct ClassifyArgs {
  RawOutput raw;                ///< [slots, classes]
  Address<TopClasses> results;  ///< one a slot
  std::int32_t classes = 0;
  bool logits = true;  ///< a softmax makes them scores; else they are scores
};

LYN_HD float class_value(const ClassifyArgs& args, int slot, int class_id) {
  return args.raw.at(static_cast<std::int64_t>(slot) * args.classes + class_id);
}

/// The largest value that a lane sees; NaN is none.
LYN_HD float lane_largest(const ClassifyArgs& args, int slot, int lane) {
  float largest = -3.0e38F;
  for (int id = lane; id < args.classes; id += kClassLanes) {
    const float value = class_value(args, slot, id);
    if (value > largest) largest = value;
  }
  return largest;
}

/// The lane's share of the softmax's divisor.
LYN_HD float lane_sum(const ClassifyArgs& args, int slot, int lane, float largest) {
  float sum = 0;
  for (int id = lane; id < args.classes; id += kClassLanes) sum += fixed_exp(class_value(args, slot, id) - largest);
  return sum;
}

/// What turns a slot's values into scores.
struct Softmax {
  float largest = 0;
  float sum = 1;
};

/// 0..1; NaN is 0.
LYN_HD float class_score(const ClassifyArgs& args, int slot, int class_id, const Softmax& softmax) {
  const float value = class_value(args, slot, class_id);
  const float score = args.logits ? fixed_exp(value - softmax.largest) / softmax.sum : value;
  return score > 0.0F ? (score < 1.0F ? score : 1.0F) : 0.0F;
}

/// The highest key of the lane's classes that is below `limit`; 0 where there is none.
LYN_HD std::uint64_t lane_best(const ClassifyArgs& args, int slot, int lane, const Softmax& softmax,
                               std::uint64_t limit) {
  std::uint64_t best = 0;
  for (int id = lane; id < args.classes; id += kClassLanes) {
    const std::uint64_t key = candidate_key(class_score(args, slot, id, softmax), static_cast<std::uint32_t>(id));
    if (key < limit && key > best) best = key;
  }
  return best;
}

/// A class by its key.
LYN_HD ClassScore class_of_key(std::uint64_t key) {
  return {static_cast<int>(anchor_of_key(key)), score_of_key(key)};
}

/// Launch it over {kClassLanes, slots}.
extern const Kernel kClassify;

}  // namespace lyn
