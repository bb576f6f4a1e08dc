#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/media.h"
#include "core/result.h"
#include "core/tls_policy.h"

namespace lyn {

enum class RtspTransport { tcp, udp };

struct SourceOptions {
  RtspTransport transport = RtspTransport::tcp;
  /// For all of opening; a camera also gets at most 4.5 s to connect, for each answer and for its first media.
  std::chrono::milliseconds open_timeout{10'000};
  /// A live source that gives no picture for so long is lost.
  std::chrono::milliseconds stall_timeout{5'000};
  /// Ends opening and reading, as interrupt() does, also before there is a Source to interrupt.
  std::stop_token stop{};
  TlsPolicy tls;                         ///< of rtsps:// and https://
  std::vector<std::string> allow_hosts;  ///< that a camera may point to besides its own
  /// Read the sound as well. Cameras: set it up.
  bool listen_to_audio = false;
  /// Cameras: called once when media come, before the first keyframe is there. From another thread; must not block.
  std::function<void()> on_media{};
  /// https: certificates to trust, a PEM file; empty: the system's.
  std::string ca_file{};
  /// Pictures a second of a folder of stills.
  double still_rate = 25;
};

/// A place that compressed video comes from. Owned and read by one thread.
class Source {
 public:
  virtual ~Source() = default;
  /// The chosen video stream. Constant after opening.
  virtual const StreamInfo& stream() const = 0;
  /// The sound that read() gives beside the pictures; none unless it was asked for and is there.
  virtual const std::optional<AudioInfo>& audio() const {
    static const std::optional<AudioInfo> none;
    return none;
  }
  /// It has sound that was asked for, and does not give it.
  virtual bool leaves_sound() const { return false; }
  /// "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "rtsp", …: FFmpeg's name of the container.
  virtual const std::string& container() const = 0;
  /// True when the other side sets the pace (sets_its_pace()): reading late loses frames.
  virtual bool live() const = 0;
  /// The next packet of the video stream in decoding order, or of the audio stream (`sound`); nullopt at the end.
  /// Its `duration` is negative for a picture that the container hides (an edit list): it is needed to
  /// decode others, and not shown. A file that is damaged or cut short ends early, with a log line.
  /// Errors: `source` (lost, stalled, the disk failed), `cancelled` after interrupt().
  virtual Result<std::optional<Packet>> read() = 0;
  /// Back to the first packet (files, for --loop): the same packets come again.
  virtual Status rewind() = 0;
  /// From any thread: makes read() return `cancelled`, now and ever after.
  virtual void interrupt() = 0;
};

/// Opens a file through libavformat by its content (docs/FORMATS.md), an http(s):// URL likewise, a folder or pattern
/// of JPEG, PNG or WebP pictures, or a camera (rtsp://, rtsps://) through our own receiver: then it returns once the
/// first keyframe is there. Protocols and formats are held to lists for each kind of source; nested opens are refused
/// but for the segments of an HLS playlist on its own host. Errors (kind `source`) name the source (passwords hidden),
/// the cause in words and the remedy: missing, empty, unreadable, no video, not a video, refused protocol or format,
/// damaged.
Result<std::unique_ptr<Source>> open_source(const std::string& uri, const SourceOptions& options);

/// The default camera id of a source: the file's stem in [a-z0-9_-], or "camera<n>" for URLs.
std::string default_camera_id(const std::string& uri, int number);

}  // namespace lyn
