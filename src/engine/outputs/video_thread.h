#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "core/bounded_queue.h"
#include "core/findings.h"
#include "core/media.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "engine/outputs/output_pause.h"
#include "engine/outputs/overlay_items.h"
#include "engine/outputs/pausing_writer.h"
#include "engine/run/run_options.h"
#include "engine/run/stage_set.h"
#include "engine/run/tally.h"
#include "stages/encode/snapshots.h"
#include "stages/encode/video_writer.h"
#include "stages/overlay/overlay.h"

namespace lyn {

/// A picture with what is to be drawn on it.
struct VideoJob {
  Image image;
  MediaTime pts;
  FindingsCopy found;
  std::vector<std::int64_t> track_ids;  ///< one a box; 0: none
  std::uint64_t frame = 0;              ///< its number
  bool snapshot = false;                ///< it is to be written as a picture of its own too
  bool prepares = false;                ///< what snapshots need is to be taken now, before one is asked for
};

/// Overlay, encoder and muxer of one lane, on a thread of its own: only there when video or snapshots were asked for.
class VideoThread {
 public:
  struct Setup {
    const char* lane;
    Device& device;
    std::unique_ptr<Overlay> overlay;
    std::unique_ptr<Stream> stream;
    std::unique_ptr<VideoWriter> writer;        ///< null: no video, or it begins paused
    std::unique_ptr<SnapshotWriter> snapshots;  ///< null: none, or they begin paused
    Tally& tally;
    const std::vector<std::string>& labels;
    bool live;  ///< a full queue drops its oldest picture instead of pushing back
    const StageSet& stages;
    const Tap& tap;
    /// Of a live camera: what pauses, and how it begins anew. Null where an error ends the lane.
    struct Pauses {
      OutputPause video, snapshots;
      std::function<Result<std::unique_ptr<VideoWriter>>()> begin_video;
      std::function<Result<std::unique_ptr<SnapshotWriter>>()> begin_snapshots;
      std::shared_ptr<AudioInbox> sound;  ///< of the video; may be null
    };
    std::unique_ptr<Pauses> pauses;
    bool encodes;  ///< there is to be a video
  };
  /// Pictures here at a time, at most: queued, being pushed, being drawn on.
  static constexpr std::size_t kPicturesHeld = 6;

  explicit VideoThread(Setup setup);
  ~VideoThread();

  /// Hands a picture over; the job is gone either way. False when an older picture had to be dropped.
  bool push(VideoJob job);
  /// Writes what is queued, finishes the file, ends the thread. The first error of the thread's life.
  Status finish();
  /// True once writing failed; finish() says why.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  /// Four pictures: enough to ride out one slow frame, small beside the decoder's own surfaces.
  static constexpr std::size_t kQueued = kPicturesHeld - 2;
  using FileQueue = BoundedQueue<VideoJob, WhenFull::block>;
  using LiveQueue = BoundedQueue<VideoJob, WhenFull::drop_oldest>;

  void run();
  Status write(const VideoJob& job);
  [[nodiscard]] bool wants_video() const;
  Status write_video(const VideoJob& job, const Image& drawn);
  void leave_out(const VideoJob& job);
  void drop_sound(const VideoJob& job);
  bool in_order(const VideoJob& job);
  Status take_snapshot(const VideoJob& job, const Image& drawn);
  Result<Image> draw(const VideoJob& job);

  Setup setup_;
  PausingWriter<VideoWriter> video_;
  std::variant<FileQueue, LiveQueue> queue_;
  OverlayItems items_;
  std::optional<MediaTime> last_;  ///< of the newest picture in the video
  bool told_ = false;              ///< that a picture was left out
  Status status_;
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

}  // namespace lyn
