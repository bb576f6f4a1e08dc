#include "engine/lane_outputs.h"

#include <utility>

#include "config/byte_size.h"
#include "core/log.h"
#include "engine/segment.h"

namespace lyn {

namespace {

Rotation rotation_of(const RotateConfig& wanted) {
  return {config::parse_byte_size(wanted.size).value_or(0), wanted.every, wanted.keep};
}

/// Where this lane writes what no other shares.
std::string own_path(const LaneOutputs::Setup& setup, const std::string& pattern) {
  const std::string path = output_path(pattern, setup.camera.id);
  return setup.again ? free_segment(path) : path;
}

}  // namespace

Result<std::unique_ptr<LaneOutputs>> LaneOutputs::open(const Setup& setup, const StreamInfo& stream, bool live) {
  auto outputs = std::make_unique<LaneOutputs>();
  LYN_CHECK(outputs->open_records(setup));
  LYN_CHECK(outputs->open_dumps(setup));
  const std::string& video = setup.camera.outputs.video;
  if (!video.empty()) LYN_CHECK(outputs->open_video(setup, stream, live, own_path(setup, video)));
  return outputs;
}

Status LaneOutputs::change_stream(const Setup& setup, const StreamInfo& before, const StreamInfo& now) {
  const bool same = before.width == now.width && before.height == now.height && before.rotation == now.rotation &&
                    before.bit_depth == now.bit_depth && before.chroma == now.chroma;
  if (same || !video_) return {};
  LYN_CHECK(video_->finish());
  const std::string path = free_segment(output_path(setup.camera.outputs.video, setup.camera.id));
  log::info(setup.camera.id + ": pictures of " + std::to_string(now.width) + "x" + std::to_string(now.height) +
            " go into a video of their own, " + path);
  return open_video(setup, now, true, path);
}

Status LaneOutputs::open_records(const Setup& setup) {
  const OutputsConfig& wanted = setup.camera.outputs;
  const auto add = [&](const std::string& pattern, auto&& open) -> Status {
    if (pattern.empty()) return {};
    LYN_TRY(auto writer, open(own_path(setup, pattern)));
    records_.push_back(std::move(writer));
    return {};
  };
  const JsonlOptions options{wanted.tracks, wanted.only == "nonempty"};
  if (!wanted.detections.empty()) {
    LYN_TRY(auto lines, setup.records.jsonl(output_path(wanted.detections, setup.camera.id), options,
                                            rotation_of(wanted.rotate), setup.clock));
    records_.push_back(std::move(lines));
  }
  LYN_CHECK(add(wanted.mot, [](const std::string& path) { return open_mot(path); }));
  LYN_CHECK(add(wanted.coco, [&](const std::string& path) { return open_coco(path, setup.labels); }));
  LYN_CHECK(
      add(wanted.kitti, [&](const std::string& folder) { return open_kitti(folder, setup.camera_number, false); }));
  return add(wanted.kitti_tracks,
             [&](const std::string& folder) { return open_kitti(folder, setup.camera_number, true); });
}

Status LaneOutputs::open_dumps(const Setup& setup) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (!wanted.frames.empty()) {
    LYN_TRY(frames_, FrameDump::create(setup.device, own_path(setup, wanted.frames)));
  }
  if (!wanted.tensors.empty()) {
    LYN_TRY(tensors_, TensorDump::create(setup.device, own_path(setup, wanted.tensors)));
  }
  if (wanted.frame_hash) {
    LYN_TRY(hash_, FrameHash::create(setup.device));
  }
  return {};
}

Status LaneOutputs::open_video(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path) {
  VideoWriterOptions options;
  options.path = path;
  options.preset = setup.camera.outputs.preset;
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
