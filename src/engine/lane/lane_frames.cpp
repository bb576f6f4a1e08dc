#include <algorithm>
#include <utility>
#include <vector>

#include "core/log.h"
#include "core/wall_time.h"
#include "device/scope.h"
#include "engine/lane/lane.h"

namespace lyn {

namespace {

/// Without a model, so many letterboxed frames may be unfinished on the device before the lane waits.
constexpr std::size_t kUnfinishedWithoutModel = 4;
/// After so many frames every queue of the lane has been full once, and the pool has what it needs.
constexpr std::uint64_t kWarmAfterFrames = 64;

}  // namespace

Status Lane::pull_frames() {
  while (!decoder_dry_ && !frames_.full() && (setup_.live || waiting_ == 0)) {
    std::optional<Frame> frame;
    {
      const StageScope scope(id().c_str(), "decode");
      LYN_TRY(frame, decoder_->receive());
    }
    if (!frame) {
      decoder_dry_ = true;
      break;
    }
    LYN_CHECK(admit(std::move(*frame)));
    LYN_CHECK(fill_slots());
  }
  return fill_slots();
}

/// A frame enters the lane: counted, hashed, and either on its way to a slot or skipped with a reason.
Status Lane::admit(Frame frame) {
  tally_.decoded(frame.damaged);
  tap("decode", frame.image);
  LaneFrame& place = frames_.push();
  place.index = next_index_++;
  const Arrival arrival = arrivals_.of(frame.pts.ticks);
  place.arrival = arrival.when;
  place.frame = std::move(frame);
  if (camera_) {
    LYN_CHECK(place_in_time(place, arrival));
  } else {
    place.frame.pts.ticks += tick_offset_;
  }
  {
    const StageScope scope(id().c_str(), "output");
    LYN_CHECK(outputs_->decoded(*stream_, place.frame.image, place.hash));
  }
  if (scene_ && !place.frame.damaged) {
    const StageScope scope(id().c_str(), "scene");
    LYN_CHECK(scene_->see(*stream_, place.frame.image));
  }
  const auto every = static_cast<std::uint64_t>(setup_.camera.detector.every);
  if (place.frame.damaged) {
    skip(place, "damaged");
  } else if (place.index % every != 0) {
    skip(place, "every");
  } else {
    ++waiting_;
  }
  return {};
}

void Lane::skip(LaneFrame& frame, const char* reason) {
  frame.state = LaneFrame::State::skipped;
  frame.skip_reason = reason;
  tally_.skipped(reason);
}

/// Slots for the frames that wait for one, oldest first. Live sources keep only the newest waiting.
Status Lane::fill_slots() {
  for (std::size_t i = 0; waiting_ > 0 && i < frames_.size(); ++i) {
    LaneFrame& frame = frames_.at(i);
    if (frame.state != LaneFrame::State::waiting_for_slot) continue;
    if (setup_.model.batcher == nullptr) {
      LYN_CHECK(run_alone(frame));
      frame.state = LaneFrame::State::inferred;
      --waiting_;
      continue;
    }
    LYN_TRY(const bool filled, fill_slot(frame));
    if (!filled) break;
  }
  if (setup_.live) drop_stale_waiting();
  return {};
}

/// What needs no batch: motion, or nothing but the letterbox.
Status Lane::run_alone(LaneFrame& frame) {
  if (!motion_) return letterbox(frame, lone_slot_.address());
  const StageScope scope(id().c_str(), "infer");
  StageTimer timer(setup_.stages.infer);
  const Image& image = frame.frame.image;
  tap("infer", image);
  const int width = image.upright_width();
  const int height = image.upright_height();
  frame.geometry = {1, 0, 0, width, height, width, height};
  LYN_CHECK(motion_->run(*stream_, image, frame.frame.pts.seconds(), frames_.ticket_of(frame)));
  LYN_TRY(frame.letterboxed, stream_->record());
  return {};
}

Result<bool> Lane::fill_slot(LaneFrame& frame) {
  Batcher& batcher = *setup_.model.batcher;
  // A batch over files spans a bounded run of frames, by their numbers alone: the same in every run.
  if (!setup_.live && batch_open_ &&
      frame.index - batch_first_index_ >= 2 * static_cast<std::uint64_t>(batcher.batch_size())) {
    batcher.flush(*setup_.slots);
    batch_open_ = false;
  }
  const auto slot = batcher.acquire(*setup_.slots, *this);
  if (!slot) return false;
  if (!batch_open_) batch_first_index_ = frame.index;
  batch_open_ = slot->index + 1 < batcher.batch_size();
  LYN_CHECK(letterbox(frame, slot->address));
  frame.state = LaneFrame::State::inferring;
  --waiting_;
  batcher.submit(*slot, frame.letterboxed, *this, frames_.ticket_of(frame));
  return true;
}

Status Lane::letterbox(LaneFrame& frame, ByteAddress slot) {
  {
    const StageScope scope(id().c_str(), "preprocess");
    StageTimer timer(setup_.stages.preprocess);
    tap("preprocess", frame.frame.image);
    LYN_TRY(frame.geometry, letterbox_.run(*stream_, frame.frame.image, slot));
    LYN_TRY(frame.letterboxed, stream_->record());
  }
  const StageScope scope(id().c_str(), "output");
  return outputs_->preprocessed(*stream_, slot, setup_.model.input.slot_bytes());
}

void Lane::drop_stale_waiting() {
  for (std::size_t i = 0; waiting_ > 1 && i < frames_.size(); ++i) {
    LaneFrame& frame = frames_.at(i);
    if (frame.state != LaneFrame::State::waiting_for_slot) continue;
    skip(frame, "no_slot");
    --waiting_;
  }
}

/// Decoded surfaces are scarce: once the letterbox has read one, only video still needs it.
void Lane::let_pictures_go() {
  if (outputs_->wants_pictures()) return;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    LaneFrame& frame = frames_.at(i);
    if (frame.state == LaneFrame::State::waiting_for_slot || !frame.frame.image.lease) continue;
    if (frame.letterboxed == nullptr || frame.letterboxed->done()) frame.frame.image.lease = nullptr;
  }
}

Status Lane::complete_finished() {
  while (!frames_.empty()) {
    LYN_TRY(const bool ready, finished(frames_.front()));
    if (!ready) break;
    LYN_CHECK(complete(frames_.front()));
    frames_.pop();
  }
  return {};
}

/// Whether the front frame can leave. Without a batcher nothing says when its work is done but its event: wait for
/// it when enough is queued behind, and at once where a camera's boxes are due.
Result<bool> Lane::finished(LaneFrame& frame) {
  if (frame.state == LaneFrame::State::skipped) return true;
  if (frame.state != LaneFrame::State::inferred) return false;
  if (setup_.model.batcher != nullptr || frame.letterboxed == nullptr || frame.letterboxed->done()) return true;
  const bool due = setup_.live && detects();
  if (frames_.size() < kUnfinishedWithoutModel && !draining_ && !due) return false;
  LYN_CHECK(frame.letterboxed->wait());
  return true;
}

Status Lane::complete(LaneFrame& frame) {
  const bool inferred = frame.state == LaneFrame::State::inferred && detects();
  if (inferred) {
    const Findings found = motion_ ? Findings{.boxes = motion_->boxes(frames_.ticket_of(frame))} : frame.found.view();
    const StageScope scope(id().c_str(), "track");
    StageTimer timer(setup_.stages.track);
    tap("track", frame.frame.image);
    setup_.results.update(found, frame.geometry, frame.frame.pts.seconds());
  }
  FrameRecord record;
  record.camera = id();
  record.seq = next_seq_++;
  record.frame = frame.index;
  record.pts = frame.frame.pts;
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
    tap("output", frame.frame.image);
    LYN_CHECK(outputs_->record(record));
    if (setup_.options.on_record) setup_.options.on_record(record);
  }
  LYN_CHECK(hand_to_video(frame));
  if (frame.state != LaneFrame::State::skipped) tally_.processed(setup_.clock.now() - frame.arrival);
  if (record.seq == 0) setup_.on_first_frame(*this);
  return !warm_ && record.seq >= warm_at_ ? warm_up() : Status();
}

/// A decoder was opened: it takes what it needs with its first frames.
void Lane::cold() {
  warm_ = false;
  warm_at_ = next_index_ + kWarmAfterFrames;
  setup_.on_cold(*this);
}

/// By now the decoder holds what it holds, but queues may fill further than they have so far: what that
/// takes is leased while the pool may still grow.
Status Lane::warm_up() {
  std::vector<Buffer> ahead;
  for (std::size_t i = pictures_held(); decoder_->picture_bytes() > 0 && i > 0; --i) {
    LYN_TRY(Buffer picture, setup_.device.pool().lease(decoder_->picture_bytes()));
    ahead.push_back(std::move(picture));
  }
  warm_ = true;
  setup_.on_warm(*this, std::move(ahead));
  return {};
}

LaneOutputs::Setup Lane::outputs_setup() {
  return {setup_.backend, setup_.device,      setup_.camera, setup_.camera_number, setup_.records, setup_.model.labels,
          setup_.stages,  setup_.options.tap, setup_.clock,  setup_.again,         tally_};
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

/// Every decoded frame goes into the video, with the newest boxes: skipped ones too.
Status Lane::hand_to_video(LaneFrame& frame) {
  if (!outputs_->wants_pictures()) return {};
  if (outputs_->video_failed()) return outputs_->finish();
  VideoJob job{frame.frame.image, frame.frame.pts, {}, {}, frame.index};
  job.found.assign(setup_.results.found());
  job.track_ids.assign(setup_.results.track_ids().begin(), setup_.results.track_ids().end());
  const bool inferred = frame.state == LaneFrame::State::inferred && detects();
  if (!outputs_->picture(std::move(job), inferred, setup_.results.track_ids())) tally_.video_dropped();
  return {};
}

void Lane::tap(const char* stage, const Image& image) const {
  if (!setup_.options.tap) return;
  const StageScope scope(setup_.camera.id.c_str(), stage);
  setup_.options.tap(stage, image);
}

}  // namespace lyn
