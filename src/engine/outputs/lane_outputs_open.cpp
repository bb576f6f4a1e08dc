#include <filesystem>
#include <functional>
#include <utility>

#include "config/byte_size.h"
#include "core/log.h"
#include "engine/outputs/lane_outputs.h"
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
      [index = std::shared_ptr<SegmentIndex>(std::move(opened))](const Segment& done) -> Status {
        LYN_CHECK(index->revive());
        const std::string file = std::filesystem::path(done.path).filename().string();
        return index->add({file, done.start, done.end, done.width, done.height, done.codec});
      });
}

OutputPause::Setup pause_of(const LaneOutputs::Setup& setup, const char* name, std::chrono::milliseconds settles) {
  return {setup.camera.id, name, setup.tally, setup.clock, settles};
}

/// Videos are written in pieces of half a second.
constexpr std::chrono::seconds kVideoSettles{1};

/// An output of a live camera that cannot begin for lack of room waits; any other error is final.
template <class Writer>
Result<std::unique_ptr<Writer>> or_paused(Result<std::unique_ptr<Writer>> opened, const std::string& path,
                                          OutputPause* pause) {
  if (opened || pause == nullptr || !begins_paused(path)) return opened;
  LYN_CHECK(pause->failed(opened.error()));
  return std::unique_ptr<Writer>();
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
  const auto add = [&](const char* name, const std::string& pattern, auto open) -> Status {
    if (pattern.empty()) return {};
    const std::string path = own_path(setup, pattern);
    return add_records(setup, name, path, [path, open] { return open(path); });
  };
  const JsonlOptions options{wanted.tracks, wanted.only == "nonempty"};
  if (!wanted.detections.empty()) {
    const std::string path = output_path(wanted.detections, setup.camera.id);
    LYN_CHECK(add_records(setup, "detections", path, [=, &files = setup.records, &clock = setup.clock] {
      return files.jsonl(path, options, rotation_of(wanted.rotate), clock);
    }));
  }
  LYN_CHECK(add("mot", wanted.mot, [](const std::string& path) { return open_mot(path); }));
  LYN_CHECK(
      add("coco", wanted.coco, [&labels = setup.labels](const std::string& path) { return open_coco(path, labels); }));
  const auto kitti = [number = setup.camera_number](bool tracks) {
    return [=](const std::string& folder) { return open_kitti(folder, number, tracks); };
  };
  LYN_CHECK(add("kitti", wanted.kitti, kitti(false)));
  return add("kitti_tracks", wanted.kitti_tracks, kitti(true));
}

Status LaneOutputs::add_records(const Setup& setup, const char* name, const std::string& path, OpenRecords open) {
  const bool pauses = setup.may_pause && can_pause(path);
  LYN_TRY(auto writer, pauses ? make_pausing_records(std::move(open), path, pause_of(setup, name, {})) : open());
  records_.push_back(std::move(writer));
  return {};
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
  if (!wanted.copies_video()) return {};
  SegmentOptions options{path, wanted.segment, {}};
  LYN_TRY(options.on_segment, index_of_segments(setup, options.path));
  std::unique_ptr<CopyThread::Setup::Pause> pause;
  if (setup.may_pause && can_pause(path)) {
    pause = std::make_unique<CopyThread::Setup::Pause>(
        CopyThread::Setup::Pause{OutputPause(pause_of(setup, "video", kVideoSettles)),
                                 [options, sound = sound_](const StreamInfo& now) {
                                   SegmentOptions next = options;
                                   next.keep_existing = true;
                                   return PacketWriter::open(now, next, sound);
                                 },
                                 stream, sound_});
  }
  LYN_TRY(auto writer, or_paused(PacketWriter::open(stream, options, sound_), path, pause ? &pause->copy : nullptr));
  copy_ = std::make_unique<CopyThread>(
      CopyThread::Setup{setup.camera.id.c_str(), std::move(writer), setup.tally, std::move(pause), live});
  return {};
}

Status LaneOutputs::open_video(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path) {
  const OutputsConfig& wanted = setup.camera.outputs;
  const bool encoded = wanted.encodes_video();
  if (!encoded && wanted.snapshots.dir.empty()) return {};
  encodes_ = encoded;
  VideoWriterOptions options;
  if (encoded) {
    LYN_TRY(options, video_options(setup, path));
  }
  auto pauses = video_pauses(setup, stream, options);
  std::unique_ptr<VideoWriter> writer;
  if (encoded) {
    LYN_TRY(writer, or_paused(setup.backend.make_video_writer(setup.device, stream, options), path,
                              pauses ? &pauses->video : nullptr));
  }
  LYN_TRY(auto snapshots,
          or_paused(open_snapshots(setup, snapshots_), snapshots_, pauses ? &pauses->snapshots : nullptr));
  LYN_TRY(auto overlay, Overlay::create(setup.device, OverlayOptions{}));
  LYN_TRY(auto draw_stream, setup.device.open_stream());
  video_ = std::make_unique<VideoThread>(VideoThread::Setup{
      setup.camera.id.c_str(), setup.device, std::move(overlay), std::move(draw_stream), std::move(writer),
      std::move(snapshots), setup.tally, setup.labels, live, setup.stages, setup.tap, std::move(pauses), encoded});
  return {};
}

std::unique_ptr<VideoThread::Setup::Pauses> LaneOutputs::video_pauses(const Setup& setup, const StreamInfo& stream,
                                                                      VideoWriterOptions options) {
  if (!setup.may_pause || (encodes_ && !can_pause(options.path))) return nullptr;
  options.keep_existing = true;
  const auto begin_video = [=, &backend = setup.backend, &device = setup.device] {
    return backend.make_video_writer(device, stream, options);
  };
  return std::make_unique<VideoThread::Setup::Pauses>(VideoThread::Setup::Pauses{
      OutputPause(pause_of(setup, "video", kVideoSettles)), OutputPause(pause_of(setup, "snapshots", {})), begin_video,
      [setup, folder = snapshots_] { return open_snapshots(setup, folder); }, sound_});
}

Result<VideoWriterOptions> LaneOutputs::video_options(const Setup& setup, const std::string& path) {
  const OutputsConfig& wanted = setup.camera.outputs;
  VideoWriterOptions options;
  options.path = path;
  options.codec = wanted.codec;
  options.preset = wanted.preset;
  options.segment = wanted.segment;
  LYN_TRY(options.on_segment, index_of_segments(setup, options.path));
  options.audio = sound_;
  return options;
}

Result<std::unique_ptr<SnapshotWriter>> LaneOutputs::open_snapshots(const Setup& setup, const std::string& folder) {
  const SnapshotsConfig& wanted = setup.camera.outputs.snapshots;
  if (wanted.dir.empty()) return std::unique_ptr<SnapshotWriter>();
  const SnapshotOptions options{folder, setup.camera.id, wanted.quality};
  return setup.backend.make_snapshot_writer(setup.device, options);
}

}  // namespace lyn
