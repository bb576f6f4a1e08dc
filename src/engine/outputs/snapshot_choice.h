#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "config/config.h"
#include "core/media.h"

namespace lyn {

/// Which frames of a camera a snapshot is taken of.
class SnapshotChoice {
 public:
  explicit SnapshotChoice(const SnapshotsConfig& wanted) : wanted_(wanted) {}

  /// Of every frame once, in order. `inferred`: the frame has detections of its own; `track_ids` has one a detection
  /// that is listed, 0 for none.
  bool take(MediaTime pts, bool inferred, std::span<const std::int64_t> track_ids);

 private:
  bool due(double seconds);
  bool new_track(std::span<const std::int64_t> track_ids);

  SnapshotsConfig wanted_;
  std::optional<double> last_;     ///< when the last one was taken, in seconds
  std::set<std::int64_t> tracks_;  ///< those that had one
};

}  // namespace lyn
