#include <algorithm>
#include <utility>

#include "core/wall_time.h"
#include "device/scope.h"
#include "engine/lane/lane.h"

// What leaves a lane: records, and pictures for its video.
namespace lyn {

Status Lane::complete(LaneFrame& frame) {
  const bool inferred = frame.state == LaneFrame::State::inferred && detects();
  if (inferred) {
    const Findings found = motion_ ? Findings{.boxes = motion_->boxes(frames_.ticket_of(frame))} : frame.found.view();
    const StageScope scope(id().c_str(), "track");
    StageTimer timer(setup_.stages.track);
    const LoadWatch::Work work(watch(), &LoadWindow::detecting, setup_.clock);
    tap("track", frame.frame.image);
    setup_.results.update(found, frame.geometry, frame.frame.pts.seconds());
  }
  FrameRecord record;
  record.camera = id();
  record.seq = next_seq_++;
  record.frame = frame.index;
  record.pts = frame.frame.pts;
  record.picture_width = frame.frame.image.upright_width();
  record.picture_height = frame.frame.image.upright_height();
  if (camera_) record.time_us = microseconds_of(frame.wall);
  record.epoch = epoch_;
  record.skipped = frame.skip_reason;
  if (inferred) {
    const Findings found = setup_.results.found();
    record.detections = found.boxes;
    record.track_ids = setup_.results.track_ids();
    record.keypoints_each = found.keypoints_each;
    record.keypoints = found.keypoints;
    record.masks = found.masks;
    record.classified = found.classified;
    record.classes = found.classes;
  }
  record.tracks = setup_.results.tracks();
  record.labels = setup_.model.labels;
  record.hash = frame.hash;
  record.damaged = frame.frame.damaged;
  record.discontinuity = frame.discontinuity;
  if (scene_) record.conditions = scene_->holding();
  {
    const StageScope scope(id().c_str(), "output");
    StageTimer timer(setup_.stages.output);
    const LoadWatch::Work work(watch(), &LoadWindow::writing, setup_.clock);
    tap("output", frame.frame.image);
    LYN_CHECK(outputs_->record(record));
    if (setup_.options.on_record) setup_.options.on_record(record);
  }
  LYN_CHECK(hand_to_video(frame));
  if (frame.state != LaneFrame::State::skipped) {
    const auto now = setup_.clock.now();
    tally_.processed(now - frame.arrival);
    if (load_) load_->processed(frame.arrival, frame.decoded, frame.answered, now);
  }
  if (record.seq == 0) setup_.on_first_frame(*this);
  return !warm_ && record.seq >= warm_at_ ? warm_up() : Status();
}

/// Every decoded frame goes into the video, with the newest boxes: skipped ones too.
Status Lane::hand_to_video(LaneFrame& frame) {
  if (!outputs_->wants_pictures()) return {};
  if (outputs_->video_failed()) return outputs_->finish();
  if (sheds_pictures()) {
    if (outputs_->encodes()) tally_.video_dropped();
    return {};
  }
  VideoJob job{frame.frame.image, frame.frame.pts, {}, {}, frame.index};
  job.found.assign(setup_.results.found());
  job.track_ids.assign(setup_.results.track_ids().begin(), setup_.results.track_ids().end());
  const bool inferred = frame.state == LaneFrame::State::inferred && detects();
  if (!outputs_->picture(std::move(job), inferred, setup_.results.track_ids())) tally_.video_dropped();
  return {};
}

LaneOutputs::Setup Lane::outputs_setup() {
  return {setup_.backend, setup_.device,      setup_.camera, setup_.camera_number, setup_.records, setup_.model.labels,
          setup_.stages,  setup_.options.tap, setup_.clock,  setup_.again,         tally_,         is_camera()};
}

/// Decoded pictures that this lane keeps from the decoder at a time, at most. Where none go into a video,
/// each is let go once the letterbox has read it.
std::size_t Lane::pictures_held() const {
  constexpr std::size_t kBeforeTheirSlot = 2;
  const std::size_t looked_at = scene_ && setup_.device.is_cuda() ? 1 : 0;  // by a look that is under way
  if (!outputs_->wants_pictures()) return kBeforeTheirSlot + looked_at;
  const bool skips = setup_.live || setup_.camera.detector.every > 1;
  const auto slots = setup_.model.batcher == nullptr
                         ? kUnfinishedWithoutModel
                         : static_cast<std::size_t>(setup_.model.batcher->slots_per_group());
  return looked_at + outputs_->pictures_held() +
         (skips ? frames_.capacity() : std::min(frames_.capacity(), slots + kBeforeTheirSlot));
}

}  // namespace lyn
