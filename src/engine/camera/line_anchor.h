#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "core/clock.h"

namespace lyn {

/// Where the one time line of a camera is now: by it the camera's other streams find their place on the line. Whichever
/// stream gives pictures first begins it; the lane goes on with each frame. Any thread.
class LineAnchor {
 public:
  struct Point {
    std::int64_t ours = 0;                ///< ticks of TimeLine::kBase
    Clock::Monotonic arrival{};           ///< of the packet that has this time
    std::optional<Clock::Wall> captured;  ///< by the camera's own clock, where its reports tell
  };
  /// Begins the line there, or gives the point at which another stream has.
  std::optional<Point> begin(const Point& point) {
    std::lock_guard lock(mutex_);
    if (point_) return point_;
    point_ = point;
    return std::nullopt;
  }
  void set(const Point& point) {
    std::lock_guard lock(mutex_);
    point_ = point;
  }
  [[nodiscard]] std::optional<Point> get() const {
    std::lock_guard lock(mutex_);
    return point_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Point> point_;
};

}  // namespace lyn
