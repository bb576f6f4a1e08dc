#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "lynceus/export.h"
#include "lynceus/media_time.h"
#include "lynceus/open_device.h"
#include "lynceus/picture.h"
#include "lynceus/result.h"

namespace lyn {

struct VideoSourceOptions {
  bool rtsp_over_udp = false;  ///< cameras: UDP in place of TCP
  std::chrono::milliseconds open_timeout{10'000};
  std::chrono::milliseconds stall_timeout{5'000};  ///< a camera that is silent for so long is lost
  int decode_threads = 1;                          ///< on `cpu`; 0: all cores
};

/// What a source says of its video before a picture is decoded; pictures may say otherwise later.
struct VideoSourceInfo {
  std::string codec;      ///< FFmpeg's short name: "h264"
  std::string container;  ///< FFmpeg's name: "matroska,webm", "rtsp"
  int width = 0;          ///< pixels as stored, before rotation
  int height = 0;
  int rotation = 0;           ///< quarter turns clockwise that show it upright: 0..3
  Rational time_base;         ///< seconds a tick of every PTS
  Rational frame_rate{0, 1};  ///< average; num 0 when unknown
  bool live = false;          ///< a camera: reading late loses pictures
};

/// A file or camera whose pictures come one after the other, in presentation order, on a device.
/// Belongs to one thread at a time, but for interrupt().
class LYN_API VideoSource {
 public:
  /// A path (MP4, MOV, MKV, WebM, TS, raw H.264 or HEVC, told by content) or an rtsp:// URL.
  /// Errors: `source` names it (passwords hidden), the cause and the remedy; `device` when the device
  /// cannot decode it.
  static Result<VideoSource> open(const OpenDevice& device, const std::string& uri,
                                  const VideoSourceOptions& options = {});
  VideoSource(VideoSource&& other) noexcept;
  VideoSource& operator=(VideoSource&& other) noexcept;
  ~VideoSource();

  [[nodiscard]] const VideoSourceInfo& info() const;

  /// The next picture; nullopt at the end, and ever after. Blocks while the source has none. Nothing
  /// before the first keyframe comes out. Pictures may be kept: decoding goes on into other memory.
  /// Errors: `source` (lost, stalled, the disk failed), `device`, `cancelled` after interrupt().
  /// After an error nothing more comes.
  [[nodiscard]] Result<std::optional<Picture>> read();

  /// From any thread: makes read() give the error `cancelled`, now and ever after.
  void interrupt();

 private:
  struct Impl;
  explicit VideoSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
