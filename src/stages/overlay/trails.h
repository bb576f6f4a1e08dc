#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lyn {

struct TrailPoint {
  std::int16_t x, y;
};

/// Where tracks have been: the last points of each, in picture pixels. All memory is taken at the
/// start: when more tracks come than there is room for, the one unseen for longest goes. A track
/// unseen for kForgetAfter frames is forgotten.
class Trails {
 public:
  static constexpr std::uint64_t kForgetAfter = 75;

  explicit Trails(int points, int tracks = 512);
  void begin_frame() { ++frame_; }
  /// Adds where `track` is now, unless it moved less than `step` since its last point, and gives its
  /// points, oldest first. Valid until the next call.
  std::span<const TrailPoint> follow(std::int64_t track, TrailPoint at, int step);
  void clear();
  [[nodiscard]] std::size_t tracks() const;

 private:
  struct Trail {
    std::int64_t track = 0;  // 0: free
    std::uint64_t seen = 0;
    int count = 0;
  };
  std::size_t slot_of(std::int64_t track);

  std::size_t limit_;
  std::uint64_t frame_ = kForgetAfter;
  std::vector<Trail> trails_;
  std::vector<TrailPoint> points_;  // limit_ each
};

}  // namespace lyn
