#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "engine/backend.h"
#include "engine/outputs.h"
#include "engine/run_options.h"
#include "engine/stage_set.h"
#include "engine/video_thread.h"
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
  };
  /// Opens every file, so that one that cannot be written is known before any work is done.
  static Result<std::unique_ptr<LaneOutputs>> open(const Setup& setup, const StreamInfo& stream, bool live);

  /// A camera came back with another kind of pictures. Where a video cannot go on with them, it is finished and
  /// the next one begun: out-2.mp4 after out.mp4, the first of these names that is free.
  Status change_stream(const Setup& setup, const StreamInfo& before, const StreamInfo& now);

  /// True when decoded pictures are needed after inference (overlay and video).
  [[nodiscard]] bool wants_pictures() const { return video_ != nullptr; }

  /// What is taken of a frame as decoded: hash and raw planes.
  Status decoded(Stream& stream, const Image& image, std::optional<std::uint64_t>& hash);
  /// What is taken of a model input slot that was just filled.
  Status preprocessed(Stream& stream, ByteAddress slot, std::size_t bytes);
  /// One line in each record file.
  Status record(const FrameRecord& record);
  /// A picture for the video file. False when an older one was dropped to make room.
  bool picture(VideoJob job) { return video_->push(std::move(job)); }
  /// How many pictures may wait for the video or be drawn on at a time.
  [[nodiscard]] std::size_t pictures_held() const { return video_ == nullptr ? 0 : VideoThread::kPicturesHeld; }
  [[nodiscard]] bool video_failed() const { return video_ != nullptr && video_->failed(); }
  /// Finishes everything; the first error.
  Status finish();

 private:
  Status open_records(const Setup& setup);
  Status open_video(const Setup& setup, const StreamInfo& stream, bool live, const std::string& path);
  Status open_dumps(const Setup& setup);

  std::vector<std::unique_ptr<RecordWriter>> records_;
  std::unique_ptr<FrameDump> frames_;
  std::unique_ptr<TensorDump> tensors_;
  std::unique_ptr<FrameHash> hash_;
  std::unique_ptr<VideoThread> video_;
};

}  // namespace lyn
