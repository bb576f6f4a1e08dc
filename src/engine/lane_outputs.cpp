#include "engine/lane_outputs.h"

#include <utility>

namespace lyn {

Result<std::unique_ptr<LaneOutputs>> LaneOutputs::open(const Setup& setup, const StreamInfo& stream, bool live) {
  auto outputs = std::make_unique<LaneOutputs>();
  const OutputsConfig& wanted = setup.camera.outputs;
  const std::string& id = setup.camera.id;
  if (!wanted.detections.empty()) {
    LYN_TRY(auto file, setup.records.jsonl(output_path(wanted.detections, id), wanted.tracks));
    outputs->records_.push_back(std::move(file));
  }
  if (!wanted.mot.empty()) {
    LYN_TRY(auto file, setup.records.mot(output_path(wanted.mot, id)));
    outputs->records_.push_back(std::move(file));
  }
  LYN_CHECK(outputs->open_dumps(setup));
  LYN_CHECK(outputs->open_video(setup, stream, live));
  return outputs;
}

Status LaneOutputs::open_dumps(const Setup& setup) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (!wanted.frames.empty()) {
    LYN_TRY(frames_, FrameDump::create(setup.device, output_path(wanted.frames, setup.camera.id)));
  }
  if (!wanted.tensors.empty()) {
    LYN_TRY(tensors_, TensorDump::create(setup.device, output_path(wanted.tensors, setup.camera.id)));
  }
  if (wanted.frame_hash) {
    LYN_TRY(hash_, FrameHash::create(setup.device));
  }
  return {};
}

Status LaneOutputs::open_video(const Setup& setup, const StreamInfo& stream, bool live) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (wanted.video.empty()) return {};
  VideoWriterOptions options;
  options.path = output_path(wanted.video, setup.camera.id);
  options.preset = wanted.preset;
  LYN_TRY(auto writer, setup.backend.make_video_writer(setup.device, stream, options));
  LYN_TRY(auto overlay, Overlay::create(setup.device, OverlayOptions{}));
  LYN_TRY(auto draw_stream, setup.device.open_stream());
  video_ = std::make_unique<VideoThread>(VideoThread::Setup{setup.camera.id.c_str(), setup.device, std::move(overlay),
                                                            std::move(draw_stream), std::move(writer), setup.labels,
                                                            live, setup.stages, setup.tap});
  return {};
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
  if (video_) {
    if (auto finished = video_->finish(); !finished && first) first = finished;
  }
  return first;
}

}  // namespace lyn
