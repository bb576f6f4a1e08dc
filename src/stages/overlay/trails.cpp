#include "stages/overlay/trails.h"

#include <algorithm>
#include <cstddef>

namespace lyn {

Trails::Trails(int points, int tracks)
    : limit_(static_cast<std::size_t>(std::clamp(points, 2, 256))),
      trails_(static_cast<std::size_t>(std::max(1, tracks))),
      points_(trails_.size() * limit_) {}

void Trails::clear() {
  std::fill(trails_.begin(), trails_.end(), Trail{});
}

std::size_t Trails::tracks() const {
  return static_cast<std::size_t>(std::count_if(trails_.begin(), trails_.end(), [this](const Trail& trail) {
    return trail.track != 0 && frame_ - trail.seen <= kForgetAfter;
  }));
}

/// The track's own slot, else the one unseen for longest (free ones have never been seen).
std::size_t Trails::slot_of(std::int64_t track) {
  std::size_t oldest = 0;
  for (std::size_t slot = 0; slot < trails_.size(); ++slot) {
    if (trails_[slot].track == track) return slot;
    if (trails_[slot].seen < trails_[oldest].seen) oldest = slot;
  }
  trails_[oldest] = Trail{track, frame_, 0};
  return oldest;
}

std::span<const TrailPoint> Trails::follow(std::int64_t track, TrailPoint at, int step) {
  const std::size_t slot = slot_of(track);
  Trail& trail = trails_[slot];
  if (frame_ - trail.seen > kForgetAfter) trail.count = 0;
  trail.seen = frame_;
  TrailPoint* points = points_.data() + slot * limit_;
  if (trail.count > 0) {
    const int dx = at.x - points[trail.count - 1].x;
    const int dy = at.y - points[trail.count - 1].y;
    if (dx * dx + dy * dy < step * step) return {points, static_cast<std::size_t>(trail.count)};
  }
  if (static_cast<std::size_t>(trail.count) == limit_) {
    std::move(points + 1, points + limit_, points);
    --trail.count;
  }
  points[trail.count++] = at;
  return {points, static_cast<std::size_t>(trail.count)};
}

}  // namespace lyn
