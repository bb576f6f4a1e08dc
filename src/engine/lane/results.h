#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/findings.h"
#include "core/result.h"
#include "stages/preprocess/letterbox.h"
#include "stages/track/byte_tracker.h"

namespace lyn {

/// From what the head kept to what the outputs say: boxes onto the picture, through the tracker, and
/// those that the user wants to see picked out. Reuses its memory from frame to frame.
class Results {
 public:
  /// Error `usage`: a class in `detector.classes` or `detector.scores` that the model has no label for.
  static Result<Results> create(const DetectorConfig& detector, const TrackerConfig& tracker,
                                std::span<const std::string> labels);

  /// One frame further. `found` is in slot pixels, boxes are all those above the floor. The views below
  /// hold until the next call.
  void update(const Findings& found, const LetterboxGeometry& geometry, double seconds);

  /// Boxes (or classes of the picture) at or above the score, of the wanted classes and in the wanted regions,
  /// with what goes with them.
  [[nodiscard]] Findings found() const {
    return {listed_, keypoints_each_, keypoints_, masks_.view(), classified_, classes_};
  }
  [[nodiscard]] std::span<const Detection> detections() const { return listed_; }
  /// One a detection: its track, 0 while it has no confirmed one.
  [[nodiscard]] std::span<const std::int64_t> track_ids() const { return track_ids_; }
  /// All tracks as they stand.
  [[nodiscard]] std::span<const Track> tracks() const { return tracks_; }

 private:
  Results(const DetectorConfig& detector, bool track, std::vector<bool> wanted, std::vector<float> least);
  [[nodiscard]] bool wanted(int class_id, float score) const;
  void follow(double seconds);
  void list(const Findings& found, const LetterboxGeometry& geometry);

  float score_;
  std::vector<float> least_score_;  ///< by class id; empty: score_ for all
  std::vector<Polygon> regions_;
  bool track_;
  std::vector<bool> wanted_class_;  ///< by class id; empty: all
  ByteTracker tracker_;
  std::vector<Detection> mapped_;
  std::vector<std::int64_t> mapped_track_;
  std::vector<Detection> listed_;
  int keypoints_each_ = 0;
  std::vector<Keypoint> keypoints_;
  std::vector<Mask> mapped_masks_;
  MaskCopies masks_;
  bool classified_ = false;
  std::vector<ClassScore> classes_;
  std::vector<std::int64_t> track_ids_;
  std::span<const Track> tracks_;
};

}  // namespace lyn
