#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"
#include "kernels/element_type.h"
#include "kernels/half.h"

namespace lyn {

/// One output tensor of a model as a head reads it: any element type, as floats.
struct RawOutput {
  Address<const std::uint8_t> values;
  ElementType type = ElementType::float32;

  /// Element `index`. Integers beyond 2^24 lose their last bits: classes are far below.
  [[nodiscard]] LYN_HD float at(std::int64_t index) const {
    const std::uint8_t* base = values.host_view();
    switch (type) {
      case ElementType::float16:
        return from_half(reinterpret_cast<const std::uint16_t*>(base)[index]);
      case ElementType::uint8:
        return static_cast<float>(base[index]);
      case ElementType::int32:
        return static_cast<float>(reinterpret_cast<const std::int32_t*>(base)[index]);
      case ElementType::int64:
        return static_cast<float>(reinterpret_cast<const std::int64_t*>(base)[index]);
      default:
        return reinterpret_cast<const float*>(base)[index];
    }
  }
};

/// The highest of `classes` scores, `step` elements apart from `first` on: the lowest class of equal ones.
LYN_HD ClassScore best_class(const RawOutput& raw, std::int64_t first, std::int64_t step, int classes) {
  ClassScore best{0, raw.at(first)};
  for (int c = 1; c < classes; ++c) {
    const float score = raw.at(first + c * step);
    if (score > best.score) best = {c, score};
  }
  return best;
}

}  // namespace lyn
