#include "engine/lane/results.h"

#include <algorithm>
#include <utility>

#include "engine/lane/regions.h"

namespace lyn {

namespace {

Result<std::size_t> class_of(const std::string& label, std::span<const std::string> labels, const char* key) {
  const auto found = std::ranges::find(labels, label);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  return Error{ErrorKind::usage, std::string(key) + ": the model has no class \"" + label + "\"",
               "use labels of the model's card"};
}

}  // namespace

Result<Results> Results::create(const DetectorConfig& detector, const TrackerConfig& tracker,
                                std::span<const std::string> labels) {
  const bool track = tracker.kind != "none";
  // Without a model nothing is found; a configuration made for one runs all the same.
  if (detector.model == "none") return Results(detector, track, {}, {});
  std::vector<bool> wanted(detector.classes.empty() ? 0 : labels.size(), false);
  for (const std::string& name : detector.classes) {
    LYN_TRY(const std::size_t index, class_of(name, labels, "detector.classes"));
    wanted[index] = true;
  }
  std::vector<float> least(detector.scores.empty() ? 0 : labels.size(), static_cast<float>(detector.score));
  for (const auto& [name, score] : detector.scores) {
    LYN_TRY(const std::size_t index, class_of(name, labels, "detector.scores"));
    least[index] = static_cast<float>(score);
  }
  return Results(detector, track, std::move(wanted), std::move(least));
}

Results::Results(const DetectorConfig& detector, bool track, std::vector<bool> wanted, std::vector<float> least)
    : score_(static_cast<float>(detector.score)),
      least_score_(std::move(least)),
      regions_(detector.regions),
      track_(track),
      wanted_class_(std::move(wanted)) {}

bool Results::wanted(int class_id, float score) const {
  const auto index = static_cast<std::size_t>(class_id);
  if (score < (index < least_score_.size() ? least_score_[index] : score_)) return false;
  return wanted_class_.empty() || (index < wanted_class_.size() && wanted_class_[index]);
}

void Results::update(const Findings& found, const LetterboxGeometry& geometry, double seconds) {
  mapped_.clear();
  for (Detection detection : found.boxes) {
    detection.box = geometry.to_picture(detection.box);
    mapped_.push_back(detection);
  }
  mapped_track_.assign(mapped_.size(), 0);
  if (track_) follow(seconds);
  list(found, geometry);
}

void Results::follow(double seconds) {
  tracks_ = tracker_.update(mapped_, seconds);
  for (const Track& track : tracks_) {
    if (track.detection >= 0 && track.state == TrackState::tracked) {
      mapped_track_[static_cast<std::size_t>(track.detection)] = track.id;
    }
  }
}

/// Order is kept, so what only the first boxes have, the first of the listed ones have.
void Results::list(const Findings& found, const LetterboxGeometry& geometry) {
  listed_.clear();
  track_ids_.clear();
  keypoints_.clear();
  mapped_masks_.clear();
  keypoints_each_ = found.keypoints_each;
  for (std::size_t i = 0; i < mapped_.size(); ++i) {
    if (!wanted(mapped_[i].class_id, mapped_[i].score)) continue;
    if (!stands_in(regions_, mapped_[i].box, geometry.picture_width, geometry.picture_height)) continue;
    listed_.push_back(mapped_[i]);
    track_ids_.push_back(mapped_track_[i]);
    for (const Keypoint& point : found.keypoints_of(i)) keypoints_.push_back(geometry.to_picture(point));
    if (i >= found.masks.size()) continue;
    mapped_masks_.push_back(found.masks[i]);
    mapped_masks_.back().area = geometry.beyond_picture(found.masks[i].area);
  }
  masks_.assign(mapped_masks_);
  classified_ = found.classified;
  classes_.clear();
  for (const ClassScore& one : found.classes) {
    if (wanted(one.class_id, one.score)) classes_.push_back(one);
  }
}

}  // namespace lyn
