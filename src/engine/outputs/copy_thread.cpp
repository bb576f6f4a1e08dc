#include "engine/outputs/copy_thread.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "core/this_thread.h"

namespace lyn {

CopyThread::CopyThread(Setup setup) : setup_(std::move(setup)) {
  thread_ = std::thread([this] { run(); });
}

CopyThread::~CopyThread() {
  if (auto status = finish(); !status) return;  // whoever cares has called finish() before
}

/// One thread pushes, so that a queue with room keeps it until the push.
void CopyThread::push(const Packet& packet, std::int64_t offset) {
  if (setup_.live) {
    const bool full = queue_.size() + kChanges >= queue_.capacity();
    waiting_for_key_ = (waiting_for_key_ && !packet.key) || full;
    if (waiting_for_key_) return setup_.tally.video_dropped();
  }
  queue_.push({packet, offset});
}

void CopyThread::change(const StreamInfo& stream) {
  waiting_for_key_ = true;
  queue_.push({{}, 0, std::make_shared<const StreamInfo>(stream)});
}

Status CopyThread::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
  return status_;
}

void CopyThread::run() {
  name_this_thread("copy");
  while (auto job = queue_.pop()) {
    if (failed()) continue;  // drain, so that nobody waits for room
    status_ = take(*job);
    if (!status_) failed_.store(true, std::memory_order_relaxed);
  }
  auto ended = end();
  if (status_ && !ended) status_ = ended;
}

Status CopyThread::end() {
  const Status finished = setup_.writer ? setup_.writer->finish() : Status();
  return finished || !setup_.pause ? finished : setup_.pause->copy.failed(finished.error());
}

Status CopyThread::take(const Job& job) {
  if (!setup_.pause) return write(job);
  if (job.change) setup_.pause->stream = *job.change;
  OutputPause& pause = setup_.pause->copy;
  // A file begins with a keyframe.
  if (!setup_.writer && !job.change) drop_sound(job);
  if (!setup_.writer && (job.change || !job.packet.key || !pause.wants())) {
    if (!job.change) pause.left_out();
    return {};
  }
  const Status written = write_or_begin(job);
  if (written) {
    pause.worked();
    return {};
  }
  if (written.error().kind == ErrorKind::output && setup_.writer) {
    static_cast<void>(setup_.writer->finish());  // what is whole in the file stays
    setup_.writer.reset();
  }
  return pause.failed(written.error());
}

/// What plays beside a picture that is left out.
void CopyThread::drop_sound(const Job& job) {
  if (job.packet.pts == kNoTimestamp) return;
  const MediaTime at{job.packet.pts + job.offset, setup_.pause->stream.time_base};
  while (setup_.pause->sound && setup_.pause->sound->take(at.seconds())) continue;
}

Status CopyThread::write_or_begin(const Job& job) {
  if (!setup_.writer) {
    LYN_TRY(setup_.writer, setup_.pause->begin(setup_.pause->stream));
  }
  LYN_CHECK(write(job));
  constexpr std::chrono::seconds kLookEvery{1};
  const Clock::Monotonic now = setup_.pause->clock.now();
  if (now < next_look_) return {};
  next_look_ = now + kLookEvery;
  return setup_.writer->still_there();
}

Status CopyThread::write(const Job& job) {
  if (job.change) return setup_.writer->change(*job.change);
  LYN_TRY(const bool taken, setup_.writer->write(job.packet, job.offset));
  if (taken) return {};
  setup_.tally.video_dropped();
  if (!std::exchange(told_, true)) {
    log::warning(fmt::format("{}: a packet is left out of the video: its decoding time is not after the one before",
                             setup_.lane));
  }
  return {};
}

}  // namespace lyn
