#include <algorithm>
#include <utility>
#include <vector>

#include "core/log.h"
#include "device/scope.h"
#include "engine/lane/lane.h"

namespace lyn {

namespace {

/// After so many frames every queue of the lane has been full once, and the pool has what it needs.
constexpr std::uint64_t kWarmAfterFrames = 64;

}  // namespace

Status Lane::pull_frames() {
  while (!decoder_dry_ && !frames_.full() && (setup_.live || waiting_ == 0)) {
    std::optional<Frame> frame;
    {
      const StageScope scope(id().c_str(), "decode");
      const LoadWatch::Work work(watch(), &LoadWindow::decoding, setup_.clock);
      const CpuTimer cpu(decode_cpu());
      auto received = decoder_->receive();
      if (!received) return cannot_decode(received.error());
      frame = std::move(*received);
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
  if (load_) place.decoded = place.answered = setup_.clock.now();
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
  const char* reason = reason_to_skip(place);
  if (load_) load_->decoded(reason == nullptr);
  if (reason != nullptr) {
    skip(place, reason);
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
  const LoadWatch::Work work(watch(), &LoadWindow::detecting, setup_.clock);
  const Image& image = frame.frame.image;
  tap("infer", image);
  const int width = image.upright_width();
  const int height = image.upright_height();
  frame.geometry = {1, 1, 0, 0, width, height, width, height};
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
    const LoadWatch::Work work(watch(), &LoadWindow::detecting, setup_.clock);
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
    skip_unserved(frame, "no_slot");
    --waiting_;
  }
}

/// Decoded surfaces are scarce: once the letterbox has read one, only video still needs it.
void Lane::let_pictures_go() {
  if (outputs_->wants_pictures() && !sheds_pictures()) return;
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
  if (setup_.model.batcher != nullptr || frame.letterboxed == nullptr) return true;
  const bool due = setup_.live && detects();
  const bool can_wait = frames_.size() < kUnfinishedWithoutModel && !draining_ && !due;
  if (can_wait && !frame.letterboxed->done()) return false;
  LYN_CHECK(frame.letterboxed->wait());  // also when it is done: on a lost device nothing was, and this says so
  return true;
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

void Lane::tap(const char* stage, const Image& image) const {
  if (!setup_.options.tap) return;
  const StageScope scope(setup_.camera.id.c_str(), stage);
  setup_.options.tap(stage, image);
}

}  // namespace lyn
