#pragma once

#include <algorithm>
#include <bit>

namespace lyn {

/// In which steps the rate of detection is lowered: every 1st, 2nd, 3rd, 4th, 6th, 8th, 12th, 16th … frame.
constexpr int shed_step_above(int factor) {
  if (factor < 4) return factor + 1;
  return std::has_single_bit(static_cast<unsigned>(factor)) ? factor / 2 * 3 : factor / 3 * 4;
}
constexpr int shed_step_below(int factor) {
  if (factor <= 4) return std::max(1, factor - 1);
  return std::has_single_bit(static_cast<unsigned>(factor)) ? factor / 4 * 3 : factor / 3 * 2;
}

}  // namespace lyn
