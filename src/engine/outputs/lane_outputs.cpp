#include "engine/outputs/lane_outputs.h"

#include <utility>

#include "core/log.h"

namespace lyn {

Status LaneOutputs::packet(const Packet& packet, std::int64_t offset) {
  if (!copy_) return {};
  if (copy_->failed()) return finish();
  copy_->push(packet, offset);
  return {};
}

void LaneOutputs::sound(Packet packet, std::int64_t offset) {
  if (sound_ && !sound_->push(std::move(packet), offset)) sound_was_lost();
}

void LaneOutputs::sound_was_lost() {
  if (std::exchange(sound_lost_, true)) return;
  log::warning("sound is lost: the pictures of the video come too long after it");
}

bool LaneOutputs::picture(VideoJob job, bool inferred, std::span<const std::int64_t> track_ids) {
  job.snapshot = snapshot_choice_.take(job.pts, inferred, track_ids);
  job.prepares = !snapshots_.empty() && std::exchange(prepares_, false);
  const bool wanted = encodes_ || job.snapshot || job.prepares;
  return !wanted || video_->push(std::move(job));
}

Status LaneOutputs::decoded(Stream& stream, const Image& image, std::optional<std::uint64_t>& hash) {
  if (hash_) {
    LYN_TRY(hash, hash_->of(stream, image));
  }
  if (frames_) LYN_CHECK(frames_->write(stream, image));
  return {};
}

Status LaneOutputs::preprocessed(Stream& stream, ByteAddress slot, std::size_t bytes) {
  if (!tensors_) return {};
  return tensors_->write(stream, slot, bytes);
}

Status LaneOutputs::record(const FrameRecord& record) {
  for (const auto& file : records_) LYN_CHECK(file->write(record));
  return {};
}

Status LaneOutputs::finish() {
  Status first;
  for (const auto& file : records_) {
    if (auto flushed = file->flush(); !flushed && first) first = flushed;
  }
  if (copy_) {
    if (auto finished = copy_->finish(); !finished && first) first = finished;
  }
  if (video_) {
    if (auto finished = video_->finish(); !finished && first) first = finished;
  }
  return first;
}

}  // namespace lyn
