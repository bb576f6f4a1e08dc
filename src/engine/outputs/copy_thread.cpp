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
    status_ = write(*job);
    if (!status_) failed_.store(true, std::memory_order_relaxed);
  }
  auto finished = setup_.writer->finish();
  if (status_ && !finished) status_ = finished;
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
