#pragma once

#include <string>
#include <vector>

#include "core/findings.h"

namespace lyn {

/// What a model said of a picture: its best boxes, or the classes of the whole picture.
struct Answer {
  /// More than these say nothing more about whether the device computes well.
  static constexpr std::size_t kKept = 16;

  std::vector<Detection> boxes;
  std::vector<ClassScore> classes;

  static Answer of(const Findings& found);
};

/// Why `found` is another answer than `before`; empty: it is the same. Bits may differ where a batch has another size
/// or the graph runs other kernels, so the same is: each box of before is there again, of its class, over nine tenths
/// of its area, and of a score that is no more than 0.02 and a tenth of itself away; nothing is there by far that was
/// not before; likewise classes. Scores that are no numbers are never the same.
std::string difference(const Answer& before, const Findings& found);

}  // namespace lyn
