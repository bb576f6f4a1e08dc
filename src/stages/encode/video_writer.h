#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/media.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "stages/encode/audio_inbox.h"
#include "stages/encode/segment.h"

namespace lyn {

struct VideoWriterOptions {
  std::string path;                      ///< .mp4 or .mkv
  std::chrono::milliseconds segment{0};  ///< length of a file; 0: all in one
  std::function<Status(const Segment&)> on_segment = {};
  bool keep_existing = false;              ///< files that are there stay: see SegmentOptions
  std::shared_ptr<AudioInbox> audio = {};  ///< sound to lie beside the video; may be null
  std::string codec = "h264";              ///< h264 | hevc | mjpeg
  std::string preset = "ultrafast";        ///< of h264 and hevc
  std::optional<int> crf = {};             ///< of the same: 0 (best) to 51; nullopt: 23 for h264, 28 for hevc
  int jpeg_quality = 85;                   ///< of mjpeg: 1 to 100 (best)
  int threads = 1;                         ///< of the software encoder
};

/// Encodes device images to H.264, HEVC or MJPEG and muxes them into a fragmented MP4 or a Matroska as they come: PTS
/// equal to the source's in absolute terms (no B-frames), GOP and fragments short enough that a killed process leaves
/// all but the last second playable (GOP ≤ 2 s, fragments ≤ 1 s). One thread at a time.
class VideoWriter {
 public:
  virtual ~VideoWriter() = default;
  /// One picture, 8-bit 4:2:0 of even size. Where its size is another than the last one's, a new file begins.
  /// `pts` must rise. Errors: kind `output` (names the file and the cause, e.g. disk full).
  virtual Status write(const Image& image, MediaTime pts) = 0;
  /// Error kind `output` when somebody deleted the file that is being written.
  [[nodiscard]] virtual Status still_there() const = 0;
  /// Flushes the encoder and closes the last file. The file is playable whether or not this was called.
  virtual Status finish() = 0;
};

/// With the device's own encoder (picture_encoder.h). The file is created (or refused) at once, so that an unwritable
/// path is known before any work is done.
Result<std::unique_ptr<VideoWriter>> make_video_writer(Device& device, const StreamInfo& stream,
                                                       const VideoWriterOptions& options);

}  // namespace lyn
