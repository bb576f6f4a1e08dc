#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/detection.h"

namespace lyn {

/// What a model says of one frame. Views: whoever gives them says how long they hold.
struct Findings {
  std::span<const Detection> boxes = {};  ///< by falling score
  int keypoints_each = 0;
  std::span<const Keypoint> keypoints = {};  ///< of the first boxes, keypoints_each a box; those behind have none

  /// Those of one box; empty where it has none.
  [[nodiscard]] std::span<const Keypoint> keypoints_of(std::size_t box) const {
    const auto each = static_cast<std::size_t>(keypoints_each);
    return (box + 1) * each <= keypoints.size() ? keypoints.subspan(box * each, each) : std::span<const Keypoint>();
  }
};

/// A copy of findings that keeps its memory from one frame to the next.
class FindingsCopy {
 public:
  void assign(const Findings& from) {
    boxes_.assign(from.boxes.begin(), from.boxes.end());
    keypoints_each_ = from.keypoints_each;
    keypoints_.assign(from.keypoints.begin(), from.keypoints.end());
  }
  void clear() { assign({}); }
  /// Holds until the next change.
  [[nodiscard]] Findings view() const { return {boxes_, keypoints_each_, keypoints_}; }

 private:
  std::vector<Detection> boxes_;
  int keypoints_each_ = 0;
  std::vector<Keypoint> keypoints_;
};

}  // namespace lyn
