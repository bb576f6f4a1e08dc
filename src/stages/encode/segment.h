#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// A file of a video that is complete. Times in seconds: its first picture, and where the next file goes on.
struct Segment {
  std::string path;
  double start = 0;
  double end = 0;
  int width = 0;
  int height = 0;
  std::string codec;  ///< FFmpeg's name
};

struct SegmentOptions {
  std::string path;
  std::chrono::milliseconds length{0};  ///< of a segment; 0: one file as long as the tracks are the same
  /// Called on the writer's thread for every file that is complete; may be empty.
  std::function<Status(const Segment&)> on_segment;
  bool keep_existing = false;  ///< files that are there stay: the first one gets the first number that is free
};

/// Cuts the time line into equal cells, from the first time that is asked for on.
class SegmentGrid {
 public:
  explicit SegmentGrid(std::chrono::milliseconds length) : length_(length) {}
  /// True when both lie in the same cell, or there are no cells.
  bool same_cell(MediaTime a, MediaTime b) { return cell(a) == cell(b); }

 private:
  std::int64_t cell(MediaTime at) {
    if (length_.count() == 0) return 0;
    if (!start_) start_ = at.seconds();
    constexpr double kHalfMicrosecond = 5e-7;
    const double cells = (at.seconds() - *start_ + kHalfMicrosecond) / std::chrono::duration<double>(length_).count();
    return static_cast<std::int64_t>(cells < 0 ? cells - 1 : cells);
  }

  std::chrono::milliseconds length_;
  std::optional<double> start_;
};

}  // namespace lyn
