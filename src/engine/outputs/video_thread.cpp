#include "engine/outputs/video_thread.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "core/this_thread.h"
#include "device/scope.h"

namespace lyn {

VideoThread::VideoThread(Setup setup)
    : setup_(std::move(setup)),
      video_(std::move(setup_.writer), setup_.pauses ? &setup_.pauses->video : nullptr),
      queue_(std::in_place_type<FileQueue>, kQueued) {
  if (setup_.live) queue_.emplace<LiveQueue>(kQueued);
  thread_ = std::thread([this] { run(); });
}

VideoThread::~VideoThread() {
  if (auto status = finish(); !status) return;  // whoever cares has called finish() before
}

bool VideoThread::push(VideoJob job) {
  return std::visit([&](auto& queue) { return !queue.push(std::move(job)).dropped.has_value(); }, queue_);
}

Status VideoThread::finish() {
  std::visit([](auto& queue) { queue.close(); }, queue_);
  if (thread_.joinable()) thread_.join();
  return status_;
}

void VideoThread::run() {
  name_this_thread("video");
  let_others_go_first();  // detection is what the run is for; and where it is the bottleneck, video only waits for it
  while (auto job = std::visit([](auto& queue) { return queue.pop(); }, queue_)) {
    if (failed()) continue;  // drain, so that nobody waits for room
    status_ = write(*job);
    if (!status_) failed_.store(true, std::memory_order_relaxed);
  }
  auto ended = video_.finish();
  if (status_ && !ended) status_ = ended;
}

bool VideoThread::wants_video() const {
  return setup_.encodes && (!setup_.pauses || setup_.pauses->video.wants());
}

/// What plays beside it is of no use either.
void VideoThread::leave_out(const VideoJob& job) {
  setup_.pauses->video.left_out();
  drop_sound(job);
}

void VideoThread::drop_sound(const VideoJob& job) {
  while (setup_.pauses->sound && setup_.pauses->sound->take(job.pts.seconds())) continue;
}

Status VideoThread::write(const VideoJob& job) {
  const bool video = wants_video();
  if (setup_.encodes && !video) leave_out(job);
  if (!video && !job.snapshot && !job.prepares) return {};
  LYN_TRY(const Image drawn, draw(job));
  const StageScope scope(setup_.lane, "encode");
  StageTimer timer(setup_.stages.encode);
  if (setup_.tap) setup_.tap("encode", drawn);
  if (job.prepares && setup_.snapshots) LYN_CHECK(setup_.snapshots->prepare(drawn));
  if (job.snapshot) LYN_CHECK(take_snapshot(job, drawn));
  return video && in_order(job) ? write_video(job, drawn) : Status();
}

Status VideoThread::write_video(const VideoJob& job, const Image& drawn) {
  const auto begin = [&] {
    drop_sound(job);
    return setup_.pauses->begin_video();
  };
  return video_.write(begin, [&](VideoWriter& file) { return file.write(drawn, job.pts); });
}

/// A video's times rise. What a damaged source gives beside that is left out of it, counted.
bool VideoThread::in_order(const VideoJob& job) {
  if (last_ && job.pts.seconds() <= last_->seconds()) {
    setup_.tally.video_dropped();
    if (!std::exchange(told_, true)) {
      log::warning(
          fmt::format("{}: the picture at {:.6f} s is left out of the video: its time is not after the one before",
                      setup_.lane, job.pts.seconds()));
    }
    return false;
  }
  last_ = job.pts;
  return true;
}

Status VideoThread::take_snapshot(const VideoJob& job, const Image& drawn) {
  const auto write = [&]() -> Status {
    if (!setup_.snapshots || (setup_.pauses && setup_.pauses->snapshots.paused())) {
      LYN_TRY(setup_.snapshots, setup_.pauses->begin_snapshots());
    }
    return setup_.snapshots->write(drawn, job.frame);
  };
  if (setup_.pauses && !setup_.pauses->snapshots.wants()) {
    setup_.pauses->snapshots.left_out();
    return {};
  }
  const Status written = write();
  if (!written) return setup_.pauses ? setup_.pauses->snapshots.failed(written.error()) : written;
  if (setup_.pauses) setup_.pauses->snapshots.worked();
  setup_.tally.snapshot();
  return {};
}

Result<Image> VideoThread::draw(const VideoJob& job) {
  const StageScope scope(setup_.lane, "overlay");
  StageTimer timer(setup_.stages.overlay);
  if (setup_.tap) setup_.tap("overlay", job.image);
  const auto items = items_.build(job.image, job.found.view(), job.track_ids, setup_.labels);
  LYN_TRY(Image drawn, setup_.overlay->draw(*setup_.stream, job.image, items));
  // The encoder reads the picture, and the decoder may take its surface back: both need the work done.
  LYN_CHECK(setup_.stream->synchronize());
  return drawn;
}

}  // namespace lyn
