#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "engine/outputs/copy_thread.h"
#include "engine/outputs/outputs.h"
#include "engine/outputs/pausing_records.h"
#include "engine/outputs/snapshot_choice.h"
#include "engine/outputs/video_thread.h"
#include "engine/run/backend.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "engine/run/tally.h"
#include "stages/output/frame_dump.h"
#include "stages/output/records.h"

namespace lyn {

/// Everything one lane writes: records, video, and raw dumps where they were asked for.
class LaneOutputs {
 public:
  struct Setup {
    const Backend& backend;
    Device& device;
    const CameraConfig& camera;
    std::size_t camera_number;  ///< its place in the configuration
    RecordFiles& records;
    const std::vector<std::string>& labels;
    const StageSet& stages;
    const Tap& tap;
    const Clock& clock;
    bool again;  ///< files that a camera of this id has written in this run stay: out-2.mp4 beside out.mp4
    Tally& tally;
    bool may_pause;  ///< of a live camera: outputs that cannot be written pause instead of ending it
  };
  /// Opens every file, so that one that cannot be written is known before any work is done.
  static Result<std::unique_ptr<LaneOutputs>> open(const Setup& setup, const StreamInfo& stream,
                                                   const std::optional<AudioInfo>& audio, bool live);

  /// A camera came back. What is encoded goes on as it is, and so does what is copied, in a new file where the stream
  /// is another (`same_coding`: it is not). Where its sound is another, the video is finished and the next one begun:
  /// out-2.mp4 after out.mp4, the first of these names that is free.
  Status change_source(const Setup& setup, const StreamInfo& stream, const std::optional<AudioInfo>& audio,
                       bool same_coding);

  /// True when decoded pictures are needed after inference (overlay, video, snapshots).
  [[nodiscard]] bool wants_pictures() const { return video_ != nullptr; }

  /// True when all of them go into a video.
  [[nodiscard]] bool encodes() const { return encodes_; }
  /// True when packets are wanted before they are decoded.
  [[nodiscard]] bool copies() const { return copy_ != nullptr; }
  /// A packet of the source before it is decoded: copied where that was asked for. Error kind `output`.
  Status packet(const Packet& packet, std::int64_t offset);
  /// A packet of the source's sound, for the video.
  void sound(Packet packet, std::int64_t offset);
  void sound_was_lost();
  /// What is taken of a frame as decoded: hash and raw planes.
  Status decoded(Stream& stream, const Image& image, std::optional<std::uint64_t>& hash);
  /// What is taken of a model input slot that was just filled.
  Status preprocessed(Stream& stream, ByteAddress slot, std::size_t bytes);
  /// One line in each record file.
  Status record(const FrameRecord& record);
  /// A picture for the video file or for a snapshot. `inferred`: the job's items are of its own frame. False when an
  /// older one was dropped to make room.
  bool picture(VideoJob job, bool inferred, std::span<const std::int64_t> track_ids);
  /// How many pictures may wait for the video or be drawn on at a time.
  [[nodiscard]] std::size_t pictures_held() const { return video_ == nullptr ? 0 : VideoThread::kPicturesHeld; }
  [[nodiscard]] bool video_failed() const { return video_ != nullptr && video_->failed(); }
  /// Finishes everything; the first error.
  Status finish();

 private:
  Status open_records(const Setup& setup);
  Status add_records(const Setup& setup, const char* name, const std::string& path, OpenRecords open);
  Status open_videos(const Setup& setup, const StreamInfo& stream, const std::optional<AudioInfo>& audio, bool live,
                     const std::string& path);
  Status open_video(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path);
  Status open_copy(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path);
  void open_sound(const Setup& setup, const std::optional<AudioInfo>& audio, const std::string& path);
  Result<VideoWriterOptions> video_options(const Setup& setup, const std::string& path);
  std::unique_ptr<VideoThread::Setup::Pauses> video_pauses(const Setup& setup, const StreamInfo& stream,
                                                           VideoWriterOptions options);
  static Result<std::unique_ptr<SnapshotWriter>> open_snapshots(const Setup& setup, const std::string& folder);
  Status open_dumps(const Setup& setup);

  std::vector<std::unique_ptr<RecordWriter>> records_;
  std::unique_ptr<FrameDump> frames_;
  std::unique_ptr<TensorDump> tensors_;
  std::unique_ptr<FrameHash> hash_;
  SnapshotChoice snapshot_choice_{SnapshotsConfig()};
  std::string snapshots_;           ///< folder
  bool prepares_ = true;            ///< the first picture has snapshots take what they need
  bool encodes_ = false;            ///< all pictures go to the video thread, not those of snapshots alone
  std::optional<AudioInfo> audio_;  ///< what the source has, whether or not the file can hold it
  std::shared_ptr<AudioInbox> sound_;
  bool sound_lost_ = false;  ///< and told
  std::unique_ptr<CopyThread> copy_;
  std::unique_ptr<VideoThread> video_;
};

}  // namespace lyn
