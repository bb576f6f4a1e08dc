#include "engine/outputs/copy_thread.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "core/this_thread.h"

namespace lyn {

CopyThread::CopyThread(Setup setup)
    : setup_(std::move(setup)), file_(std::move(setup_.writer), setup_.pause ? &setup_.pause->copy : nullptr) {
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
  auto ended = file_.finish();
  if (status_ && !ended) status_ = ended;
}

Status CopyThread::take(const Job& job) {
  const auto put = [&](PacketWriter& file) { return write(job, file); };
  if (setup_.pause && job.change) setup_.pause->stream = *job.change;
  if (setup_.pause && !file_.is_open()) {
    if (job.change) return {};
    drop_sound(job);
    // A file begins with a keyframe.
    if (!job.packet.key || !setup_.pause->copy.wants()) {
      setup_.pause->copy.left_out();
      return {};
    }
  }
  return file_.write([&] { return setup_.pause->begin(setup_.pause->stream); }, put);
}

/// What plays beside a picture that is left out.
void CopyThread::drop_sound(const Job& job) {
  if (job.packet.pts == kNoTimestamp) return;
  const MediaTime at{job.packet.pts + job.offset, setup_.pause->stream.time_base};
  while (setup_.pause->sound && setup_.pause->sound->take(at.seconds())) continue;
}

Status CopyThread::write(const Job& job, PacketWriter& file) {
  if (job.change) return file.change(*job.change);
  LYN_TRY(const bool taken, file.write(job.packet, job.offset));
  if (taken) return {};
  setup_.tally.video_dropped();
  if (!std::exchange(told_, true)) {
    log::warning(fmt::format("{}: a packet is left out of the video: its decoding time is not after the one before",
                             setup_.lane));
  }
  return {};
}

}  // namespace lyn
