#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/detection.h"

namespace lyn {

/// What a model says of one frame. Views: whoever gives them says how long they hold.
struct Findings {
  std::span<const Detection> boxes = {};  ///< by falling score
  int keypoints_each = 0;
  std::span<const Keypoint> keypoints = {};  ///< of the first boxes, keypoints_each a box; those behind have none
  std::span<const Mask> masks = {};          ///< likewise, one a box
  bool classified = false;                   ///< a classifier's: boxes are none, classes those of the whole picture
  std::span<const ClassScore> classes = {};  ///< highest first

  /// Those of one box; empty where it has none.
  [[nodiscard]] const Mask* mask_of(std::size_t box) const { return box < masks.size() ? &masks[box] : nullptr; }
  [[nodiscard]] std::span<const Keypoint> keypoints_of(std::size_t box) const {
    const auto each = static_cast<std::size_t>(keypoints_each);
    return (box + 1) * each <= keypoints.size() ? keypoints.subspan(box * each, each) : std::span<const Keypoint>();
  }
};

/// Masks with bits of their own, in memory that is kept from one frame to the next.
class MaskCopies {
 public:
  MaskCopies() = default;
  MaskCopies(MaskCopies&&) = default;  // a vector keeps its memory, so masks still point into it
  MaskCopies& operator=(MaskCopies&&) = default;
  MaskCopies(const MaskCopies&) = delete;
  MaskCopies& operator=(const MaskCopies&) = delete;

  void assign(std::span<const Mask> from) {
    masks_.clear();
    std::size_t words = 0;
    for (const Mask& mask : from) words += mask.bits.size();
    bits_.resize(words);
    std::span<std::uint32_t> left(bits_);
    for (Mask mask : from) {
      std::copy(mask.bits.begin(), mask.bits.end(), left.begin());
      mask.bits = left.first(mask.bits.size());
      left = left.subspan(mask.bits.size());
      masks_.push_back(mask);
    }
  }
  /// Holds until the next change.
  [[nodiscard]] std::span<const Mask> view() const { return masks_; }

 private:
  std::vector<Mask> masks_;
  std::vector<std::uint32_t> bits_;
};

/// A copy of findings that keeps its memory from one frame to the next.
class FindingsCopy {
 public:
  void assign(const Findings& from) {
    boxes_.assign(from.boxes.begin(), from.boxes.end());
    keypoints_each_ = from.keypoints_each;
    keypoints_.assign(from.keypoints.begin(), from.keypoints.end());
    masks_.assign(from.masks);
    classified_ = from.classified;
    classes_.assign(from.classes.begin(), from.classes.end());
  }
  void clear() { assign(Findings()); }
  /// Holds until the next change.
  [[nodiscard]] Findings view() const {
    return {boxes_, keypoints_each_, keypoints_, masks_.view(), classified_, classes_};
  }

 private:
  std::vector<Detection> boxes_;
  int keypoints_each_ = 0;
  std::vector<Keypoint> keypoints_;
  MaskCopies masks_;
  bool classified_ = false;
  std::vector<ClassScore> classes_;
};

}  // namespace lyn
