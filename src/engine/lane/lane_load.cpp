#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "engine/lane/lane.h"

namespace lyn {

/// Null: it is to be inferred.
const char* Lane::reason_to_skip(const LaneFrame& frame) const {
  if (frame.frame.damaged) return "damaged";
  const auto every = static_cast<std::uint64_t>(setup_.camera.detector.every);
  if (frame.index % every != 0) return "every";
  const auto factor = static_cast<std::uint64_t>(load_ ? load_->overload().factor() : 1);
  return frame.index / every % factor != 0 ? "shed" : nullptr;
}

/// It was to be inferred, and the model had no time for it.
void Lane::skip_unserved(LaneFrame& frame, const char* reason) {
  skip(frame, reason);
  if (load_) load_->unserved();
}

/// The decoder of a live source waits for nobody: where every place of the lane is taken since the model does not
/// answer, the oldest frame goes on without its answer. True: there is room again.
Result<bool> Lane::give_up_oldest() {
  if (!setup_.live || !frames_.full()) return false;
  LaneFrame& oldest = frames_.front();
  if (oldest.state == LaneFrame::State::waiting_for_slot) {
    --waiting_;
    skip_unserved(oldest, "no_slot");
  } else if (oldest.state == LaneFrame::State::inferring) {
    if (oldest.letterboxed != nullptr) LYN_CHECK(oldest.letterboxed->wait());
    setup_.model.batcher->forget(*this, frames_.ticket_of(oldest));
    skip_unserved(oldest, "late");
  } else {
    return false;
  }
  LYN_CHECK(complete_finished());
  return true;
}

/// Packets that never reached the decoder: the source gave them, and nobody took them in time.
void Lane::packets_lost(const char* reason, std::uint64_t count) {
  tally_.dropped_packets(reason, count);
  if (load_) load_->packets_lost(count);
}

/// Before a live source starts: an error where there is no room for it. With less room than it wants it starts with
/// less.
Status Lane::admit_stream(const StreamInfo& stream) {
  if (!setup_.room) return {};
  const std::size_t held = setup_.camera.outputs.video.empty() ? 2 : VideoThread::kPicturesHeld + frames_.capacity();
  const AdmissionAnswer answer = setup_.room->ask(stream, held);
  if (!answer.admitted) {
    room_elsewhere_ = !answer.elsewhere.empty();
    if (room_elsewhere_) {
      return Error{ErrorKind::device,
                   setup_.camera.source_shown + ": " + answer.words + "; " + answer.elsewhere + " has room", ""};
    }
    refused_ = !camera_;
    return Error{ErrorKind::device, setup_.camera.source_shown + ": " + answer.words,
                 "a smaller stream, a greater detector.every or fewer cameras make room"};
  }
  if (answer.factor == 1) return {};
  load_->overload().begin_with(answer.factor, answer.words);
  log::warning(id() + ": overloaded: " + load_->overload().cause());
  if (camera_) {
    camera_->overloaded(load_->overload().cause());
  } else {
    tally_.state(name_of(CameraState::overloaded), load_->overload().cause());
  }
  return {};
}

/// After each event of a live source: once a second, whether its objective is met.
void Lane::judge_load() {
  const auto now = setup_.clock.now();
  if (!load_->window_over(now)) return;
  if (setup_.room) {
    setup_.room->decoded(coding_, std::exchange(decode_pictures_, 0), std::exchange(decode_cpu_, {}));
  }
  const auto oldest = frames_.empty() ? LoadWindow::Span{} : now - frames_.front().arrival;
  if (const auto change = load_->end_window(now, oldest, [this] { return model_words(); })) tell_load(*change);
}

void Lane::tell_load(const Overload::Change& change) {
  using Kind = Overload::Change::Kind;
  const std::string& cause = load_->overload().cause();
  if (setup_.room) setup_.room->set_factor(load_->overload().factor());
  if (camera_) {
    camera_->overloaded(cause);
  } else if (change.kind == Kind::began || change.kind == Kind::over) {
    tally_.state(name_of(cause.empty() ? CameraState::running : CameraState::overloaded), cause);
  } else {
    tally_.cause(cause);
  }
  switch (change.kind) {
    case Kind::began:
      return log::warning(id() + ": overloaded: " + change.text);
    case Kind::shed:
      return log::warning(id() + ": gives up more: " + change.text);
    case Kind::gave_back:
      return log::info(id() + ": recovers: " + change.text);
    case Kind::over:
      return log::info(id() + ": running: " + change.text);
  }
}

/// What comes with the next connection is judged anew.
void Lane::forget_load() {
  load_->reset();
  camera_->overloaded({});
}

/// How slow the model is.
std::string Lane::model_words() const {
  if (!setup_.model.batcher) return "";
  const ServiceTime time = setup_.model.batcher->service_time();
  if (time.frames == 0) return "";
  return fmt::format(" (a batch of {:.1f} takes {:.0f} ms)", time.frames,
                     std::chrono::duration<double, std::milli>(time.batch).count());
}

}  // namespace lyn
