#include "engine/outputs/lane_outputs.h"

#include <filesystem>
#include <functional>
#include <utility>

#include "config/byte_size.h"
#include "core/log.h"
#include "engine/outputs/segment.h"
#include "stages/output/segment_index.h"

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

/// out.mp4 has its index in out-segments.jsonl.
std::string index_path(const std::string& video) {
  const std::filesystem::path path(video);
  return (path.parent_path() / (path.stem().string() + "-segments.jsonl")).string();
}

/// As own_path(). Of a video in segments it is the index that tells whether a name is taken.
std::string own_video(const LaneOutputs::Setup& setup) {
  const std::string path = output_path(setup.camera.outputs.video, setup.camera.id);
  if (!setup.again || path.empty()) return path;
  if (setup.camera.outputs.segment.count() == 0) return free_segment(path);
  return first_free(path, [](const std::string& name) { return std::filesystem::exists(index_path(name)); });
}

Result<std::function<Status(const Segment&)>> index_of_segments(const LaneOutputs::Setup& setup,
                                                                const std::string& video) {
  if (setup.camera.outputs.segment.count() == 0) return std::function<Status(const Segment&)>();
  LYN_TRY(auto opened, SegmentIndex::open(index_path(video), setup.camera.id));
  return std::function<Status(const Segment&)>(
      [index = std::shared_ptr<SegmentIndex>(std::move(opened))](const Segment& done) {
        const std::string file = std::filesystem::path(done.path).filename().string();
        return index->add({file, done.start, done.end, done.width, done.height, done.codec});
      });
}

}  // namespace

Result<std::unique_ptr<LaneOutputs>> LaneOutputs::open(const Setup& setup, const StreamInfo& stream,
                                                       const std::optional<AudioInfo>& audio, bool live) {
  auto outputs = std::make_unique<LaneOutputs>();
  LYN_CHECK(outputs->open_records(setup));
  LYN_CHECK(outputs->open_dumps(setup));
  const SnapshotsConfig& snapshots = setup.camera.outputs.snapshots;
  if (!snapshots.dir.empty()) outputs->snapshots_ = own_path(setup, snapshots.dir);
  outputs->snapshot_choice_ = SnapshotChoice(snapshots);
  LYN_CHECK(outputs->open_videos(setup, stream, audio, live, own_video(setup)));
  return outputs;
}

Status LaneOutputs::change_source(const Setup& setup, const StreamInfo& stream, const std::optional<AudioInfo>& audio,
                                  bool same_coding) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (wanted.video.empty()) return {};
  const std::string first = output_path(wanted.video, setup.camera.id);
  const bool same_sound = !audio || audio == audio_ || (!sound_ && !make_audio_inbox(*audio, first));
  if (same_sound) {
    if (audio && audio != audio_) open_sound(setup, audio, first);  // says why it is left out
    if (copy_) same_coding ? copy_->wait_for_key() : copy_->change(stream);
    return {};
  }
  if (copy_) LYN_CHECK(copy_->finish());
  if (video_) LYN_CHECK(video_->finish());
  Setup next = setup;
  next.again = true;
  const std::string path = own_video(next);
  log::info(setup.camera.id + ": its sound is another one than before, and goes on in a video of its own, " + path);
  return open_videos(next, stream, audio, true, path);
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

Status LaneOutputs::open_videos(const Setup& setup, const StreamInfo& stream, const std::optional<AudioInfo>& audio,
                                bool live, const std::string& path) {
  open_sound(setup, audio, path);
  LYN_CHECK(open_copy(setup, stream, live, path));
  return open_video(setup, stream, live, path);
}

/// A video without its sound is still what was asked for: that is said once.
void LaneOutputs::open_sound(const Setup& setup, const std::optional<AudioInfo>& audio, const std::string& path) {
  audio_ = audio;
  sound_ = nullptr;
  if (!audio) return;
  auto inbox = make_audio_inbox(*audio, path);
  if (inbox) {
    sound_ = std::move(*inbox);
  } else {
    log::warning(setup.camera.id + ": " + inbox.error().text());
  }
}

Status LaneOutputs::open_copy(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (wanted.video.empty() || wanted.codec != "copy") return {};
  SegmentOptions options{path, wanted.segment, {}};
  LYN_TRY(options.on_segment, index_of_segments(setup, options.path));
  LYN_TRY(auto writer, PacketWriter::open(stream, options, sound_));
  copy_ =
      std::make_unique<CopyThread>(CopyThread::Setup{setup.camera.id.c_str(), std::move(writer), setup.tally, live});
  return {};
}

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

Status LaneOutputs::open_video(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path) {
  const OutputsConfig& wanted = setup.camera.outputs;
  const bool encoded = !wanted.video.empty() && wanted.codec != "copy";
  if (!encoded && wanted.snapshots.dir.empty()) return {};
  LYN_TRY(auto writer, open_writer(setup, stream, path));
  LYN_TRY(auto snapshots, open_snapshots(setup));
  encodes_ = writer != nullptr;
  LYN_TRY(auto overlay, Overlay::create(setup.device, OverlayOptions{}));
  LYN_TRY(auto draw_stream, setup.device.open_stream());
  video_ = std::make_unique<VideoThread>(VideoThread::Setup{
      setup.camera.id.c_str(), setup.device, std::move(overlay), std::move(draw_stream), std::move(writer),
      std::move(snapshots), setup.tally, setup.labels, live, setup.stages, setup.tap});
  return {};
}

Result<std::unique_ptr<VideoWriter>> LaneOutputs::open_writer(const Setup& setup, const StreamInfo& stream,
                                                              const std::string& path) {
  const OutputsConfig& wanted = setup.camera.outputs;
  if (wanted.video.empty() || wanted.codec == "copy") return std::unique_ptr<VideoWriter>();
  VideoWriterOptions options;
  options.path = path;
  options.codec = wanted.codec;
  options.preset = wanted.preset;
  options.segment = wanted.segment;
  LYN_TRY(options.on_segment, index_of_segments(setup, options.path));
  options.audio = sound_;
  return setup.backend.make_video_writer(setup.device, stream, options);
}

Result<std::unique_ptr<SnapshotWriter>> LaneOutputs::open_snapshots(const Setup& setup) {
  const SnapshotsConfig& wanted = setup.camera.outputs.snapshots;
  if (wanted.dir.empty()) return std::unique_ptr<SnapshotWriter>();
  const SnapshotOptions options{snapshots_, setup.camera.id, wanted.quality};
  return setup.backend.make_snapshot_writer(setup.device, options);
}

bool LaneOutputs::picture(VideoJob job, bool inferred, std::span<const std::int64_t> track_ids) {
  job.snapshot = snapshot_choice_.take(job.pts, inferred, track_ids);
  return (!encodes_ && !job.snapshot) || video_->push(std::move(job));
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
