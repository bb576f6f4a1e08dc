#include "engine/outputs/snapshot_choice.h"

#include <chrono>

namespace lyn {
namespace {

/// Ids rise and are not used again: one so far behind the newest is of nothing that still moves.
constexpr std::size_t kTracksRemembered = 4096;

}  // namespace

bool SnapshotChoice::take(MediaTime pts, bool inferred, std::span<const std::int64_t> track_ids) {
  if (wanted_.dir.empty()) return false;
  if (wanted_.when == "time") return due(pts.seconds());
  if (!inferred) return false;
  if (wanted_.when == "track") return new_track(track_ids);
  return !track_ids.empty() && due(pts.seconds());
}

/// A time that went back (a camera that begins anew) is due too.
bool SnapshotChoice::due(double seconds) {
  const double every = std::chrono::duration<double>(wanted_.every).count();
  constexpr double kHalfTick = 5e-7;
  if (last_ && seconds >= *last_ && seconds - *last_ < every - kHalfTick) return false;
  last_ = seconds;
  return true;
}

bool SnapshotChoice::new_track(std::span<const std::int64_t> track_ids) {
  bool any = false;
  for (const std::int64_t id : track_ids) any |= id > 0 && tracks_.insert(id).second;
  while (tracks_.size() > kTracksRemembered) tracks_.erase(tracks_.begin());
  return any;
}

}  // namespace lyn
