#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/findings.h"
#include "device/image.h"
#include "stages/overlay/overlay.h"

namespace lyn {

/// What was found in a frame as things to draw, with their labels. Keeps its memory from one frame to the next.
class OverlayItems {
 public:
  /// `track_ids` has one a box, or is empty. What is returned points to `found` and holds until the next call.
  std::span<const OverlayItem> build(const Image& picture, const Findings& found,
                                     std::span<const std::int64_t> track_ids, std::span<const std::string> labels);

 private:
  std::vector<std::string> texts_;
  std::vector<OverlayItem> items_;
};

}  // namespace lyn
