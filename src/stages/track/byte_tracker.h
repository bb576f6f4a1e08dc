#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/detection.h"

namespace lyn {

/// ByteTrack's parameters, with the defaults of the paper's code (Zhang et al., ECCV 2022).
struct ByteTrackOptions {
  float high_score = 0.5F;   ///< first association takes detections at or above
  float low_score = 0.1F;    ///< second association takes those between
  float new_score = 0.6F;    ///< a new track needs at least this
  float match_first = 0.8F;  ///< largest cost (1 - IoU, fused with score) of the first association
  float match_second = 0.5F;
  float match_tentative = 0.7F;
  double lost_seconds = 1.0;  ///< how long a lost track can be found again
  bool fuse_score = true;
};

/// Multi-object tracking by associating every detection box. Boxes only; runs on the lane's thread.
/// Where the paper's code counts frames, this goes by presentation time: a gap of several frames (the
/// median of the last intervals is one) steps the filter as often, 30 times at most, and a track that
/// was not seen for `lost_seconds` (and half a frame, for jitter) ends before it can be matched.
/// Ids begin at 1 and are given when a track is confirmed, so those that people see have no holes;
/// tentative tracks have id 0. A track is confirmed by its second match in a row; at once on the first
/// frame. Association is exact and deterministic: same detections and times, same tracks.
class ByteTracker {
 public:
  explicit ByteTracker(ByteTrackOptions options = {});
  ~ByteTracker();
  ByteTracker(ByteTracker&&) noexcept;
  ByteTracker& operator=(ByteTracker&&) noexcept;

  /// One frame further. `detections` are all boxes above the floor, any class (association is within
  /// a class), in picture pixels. `seconds` is the frame's PTS, for lost tracks' age and for the
  /// filter's step when frames were skipped. Returns the live tracks: tracked, lost and tentative.
  /// The span is valid until the next call.
  std::span<const Track> update(std::span<const Detection> detections, double seconds);
  /// Forgets all tracks, for a new scene. Ids go on: none is given twice.
  void reset();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
