#include "stages/track/byte_tracker.h"

#include <algorithm>
#include <vector>

#include "kernels/box_math.h"
#include "stages/track/assignment.h"
#include "stages/track/frame_time.h"
#include "stages/track/kalman.h"

namespace lyn {
namespace {

using track::Assignment;
using track::FrameTime;
using track::Kalman;
using track::measurement_of;

using Indices = std::vector<std::size_t>;

/// Of a tracked and a lost track of one class that overlap by more than this, the younger goes.
constexpr float kDuplicateIou = 0.85F;
/// More than any cost (1 at most) and any limit: never paired.
constexpr float kNeverPaired = 2.0F;

struct Entry {
  Kalman filter;
  Track track;
  std::int64_t first_frame = 0;
  std::int64_t last_frame = 0;  ///< matched
  double last_seconds = 0;      ///< matched
  bool removed = false;

  [[nodiscard]] bool is(TrackState state) const { return track.state == state; }
  [[nodiscard]] std::int64_t life() const { return last_frame - first_frame; }
};

}  // namespace

class ByteTracker::Impl {
 public:
  explicit Impl(ByteTrackOptions options) : options_(options) {}

  std::span<const Track> update(std::span<const Detection> detections, double seconds);
  void reset();

 private:
  void step(double seconds);
  void sort_detections();
  void associate_high();
  void associate_low();
  void associate_tentative();
  void associate(float limit, bool fuse);
  void match(Entry& entry, std::size_t detection);
  void begin_tracks();
  void remove_duplicates();
  std::span<const Track> publish();

  ByteTrackOptions options_;
  FrameTime time_;
  Assignment assignment_;
  std::int64_t frame_ = 0;
  std::int64_t next_id_ = 1;
  std::vector<Entry> entries_;
  std::vector<Track> published_;

  std::span<const Detection> detections_;  ///< of this frame
  Indices high_;                           ///< of detections_, and what is left of them
  Indices low_;
  Indices candidates_;          ///< of entries_, for the next association, and what it left
  Indices* offered_ = nullptr;  ///< the detections of the next association, and what it left
  std::vector<float> costs_;
};

/// Drops what was not seen for too long, by presentation time, then predicts once for each frame gone
/// by. Tentative tracks are not predicted, as published.
void ByteTracker::Impl::step(double seconds) {
  ++frame_;
  const int steps = time_.advance(seconds);
  const double frame = time_.frame_seconds();
  const double longest = std::max(options_.lost_seconds, frame) + frame / 2;  // half a frame for jitter
  std::erase_if(entries_, [&](const Entry& entry) { return time_.now() - entry.last_seconds > longest; });
  for (Entry& entry : entries_) {
    entry.track.detection = -1;
    if (entry.is(TrackState::tentative)) continue;
    for (int i = 0; i < steps; ++i) entry.filter.predict(entry.is(TrackState::lost));
    entry.track.box = entry.filter.box();
  }
}

/// A box without width or height cannot be filtered and is left out.
void ByteTracker::Impl::sort_detections() {
  high_.clear();
  low_.clear();
  for (std::size_t i = 0; i < detections_.size(); ++i) {
    const Detection& detection = detections_[i];
    if (!(area_of(detection.box) > 0)) continue;
    if (detection.score >= options_.high_score) {
      high_.push_back(i);
    } else if (detection.score >= options_.low_score) {
      low_.push_back(i);
    }
  }
}

void ByteTracker::Impl::match(Entry& entry, std::size_t detection) {
  entry.filter.update(measurement_of(detections_[detection].box));
  entry.track.box = entry.filter.box();
  entry.track.score = detections_[detection].score;
  entry.track.detection = static_cast<int>(detection);
  if (entry.is(TrackState::tentative)) entry.track.id = next_id_++;
  entry.track.state = TrackState::tracked;
  entry.last_frame = frame_;
  entry.last_seconds = time_.now();
}

/// Pairs candidates_ with *offered_ at the least total cost and takes the pairs out of both.
void ByteTracker::Impl::associate(float limit, bool fuse) {
  costs_.clear();
  for (const std::size_t e : candidates_) {
    const Track& known = entries_[e].track;
    for (const std::size_t d : *offered_) {
      const Detection& detection = detections_[d];
      const float likeness = iou_of(known.box, detection.box) * (fuse ? detection.score : 1.0F);
      costs_.push_back(known.class_id == detection.class_id ? 1.0F - likeness : kNeverPaired);
    }
  }
  constexpr std::size_t kTaken = static_cast<std::size_t>(-1);
  const auto pairs = assignment_.solve(costs_, candidates_.size(), offered_->size(), limit);
  for (std::size_t row = 0; row < pairs.size(); ++row) {
    if (pairs[row] == Assignment::kNone) continue;
    std::size_t& detection = (*offered_)[static_cast<std::size_t>(pairs[row])];
    match(entries_[candidates_[row]], detection);
    candidates_[row] = kTaken;
    detection = kTaken;
  }
  std::erase(candidates_, kTaken);
  std::erase(*offered_, kTaken);
}

/// First: all confirmed tracks, lost ones too, with detections of high score.
void ByteTracker::Impl::associate_high() {
  candidates_.clear();
  for (const TrackState state : {TrackState::tracked, TrackState::lost}) {
    for (std::size_t e = 0; e < entries_.size(); ++e) {
      if (entries_[e].is(state)) candidates_.push_back(e);
    }
  }
  offered_ = &high_;
  associate(options_.match_first, options_.fuse_score);
}

/// Second: of those left, the ones seen in the last frame, with detections of low score.
void ByteTracker::Impl::associate_low() {
  std::erase_if(candidates_, [this](std::size_t e) { return !entries_[e].is(TrackState::tracked); });
  offered_ = &low_;
  associate(options_.match_second, false);
  for (const std::size_t e : candidates_) entries_[e].track.state = TrackState::lost;
}

/// Third: tentative tracks with the high detections left; those without one end.
void ByteTracker::Impl::associate_tentative() {
  candidates_.clear();
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    if (entries_[e].is(TrackState::tentative)) candidates_.push_back(e);
  }
  offered_ = &high_;
  associate(options_.match_tentative, options_.fuse_score);
  for (const std::size_t e : candidates_) entries_[e].removed = true;
}

void ByteTracker::Impl::begin_tracks() {
  for (const std::size_t d : high_) {
    const Detection& detection = detections_[d];
    if (detection.score < options_.new_score) continue;
    Entry entry{Kalman(measurement_of(detection.box)), {}, frame_, frame_, time_.now()};
    entry.track = {0, detection.box,      detection.class_id, detection.score, TrackState::tentative,
                   0, static_cast<int>(d)};
    if (frame_ == 1) {
      entry.track.state = TrackState::tracked;
      entry.track.id = next_id_++;
    }
    entries_.push_back(entry);
  }
}

void ByteTracker::Impl::remove_duplicates() {
  for (Entry& lost : entries_) {
    if (!lost.is(TrackState::lost) || lost.removed) continue;
    for (Entry& seen : entries_) {
      if (seen.is(TrackState::lost) || seen.removed || seen.track.class_id != lost.track.class_id) continue;
      if (!overlaps_more(seen.track.box, lost.track.box, kDuplicateIou)) continue;
      (seen.life() > lost.life() ? lost : seen).removed = true;
    }
  }
}

std::span<const Track> ByteTracker::Impl::publish() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.removed; });
  published_.clear();
  for (Entry& entry : entries_) {
    entry.track.age = frame_ - entry.first_frame;
    published_.push_back(entry.track);
  }
  return published_;
}

std::span<const Track> ByteTracker::Impl::update(std::span<const Detection> detections, double seconds) {
  detections_ = detections;
  step(seconds);
  sort_detections();
  associate_high();
  associate_low();
  associate_tentative();
  begin_tracks();
  remove_duplicates();
  detections_ = {};
  return publish();
}

void ByteTracker::Impl::reset() {
  entries_.clear();
  published_.clear();
  time_ = {};
  frame_ = 0;
}

ByteTracker::ByteTracker(ByteTrackOptions options) : impl_(std::make_unique<Impl>(options)) {}
ByteTracker::~ByteTracker() = default;
ByteTracker::ByteTracker(ByteTracker&&) noexcept = default;
ByteTracker& ByteTracker::operator=(ByteTracker&&) noexcept = default;

std::span<const Track> ByteTracker::update(std::span<const Detection> detections, double seconds) {
  return impl_->update(detections, seconds);
}

void ByteTracker::reset() {
  impl_->reset();
}

}  // namespace lyn
