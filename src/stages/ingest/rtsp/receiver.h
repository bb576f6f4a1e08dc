#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/media.h"
#include "core/result.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"

namespace lyn {

/// What came over the network for one camera, and what did not. Counts since the session began.
struct NetworkCounters {
  std::uint64_t packets = 0;  ///< of RTP, video
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;  ///< never came
  std::uint64_t late = 0;  ///< came after their turn was given up
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;        ///< put back into order (UDP)
  std::uint64_t foreign = 0;          ///< datagrams of others, payloads that were not asked for
  std::uint64_t damaged = 0;          ///< pictures with parts missing, payloads that made no sense
  std::uint64_t before_key = 0;       ///< pictures before the first keyframe
  std::uint64_t discontinuities = 0;  ///< jumps of the camera's clock
  std::uint64_t stray_bytes = 0;      ///< between messages and data (TCP)
  std::uint64_t audio = 0;            ///< frames of sound handed over
  double jitter_ms = 0;
};

/// Receives one RTSP camera on the event loop that all cameras share: packets are pushed, nobody waits.
class Receiver {
 public:
  /// Called on the event loop's thread, which serves all cameras: never block, never throw.
  class Sink {
   public:
    virtual ~Sink() = default;
    /// The first packet of the video is there; a keyframe may take a while. Once a connection.
    virtual void on_media() {}
    /// The first keyframe is there, and the parameter sets to decode it. Once.
    virtual void on_opened(const StreamInfo& stream) = 0;
    /// Pictures in the order of decoding, from a keyframe on. Copies of the packet share its bytes.
    virtual void on_packet(Packet packet) = 0;
    /// It cannot be opened, or is lost. Kind `source`, with its fault. Once, and the last call.
    virtual void on_ended(Error error) = 0;
    /// Sound, when `listen_to_audio` asked for it and the camera has it; times in 1/clock_rate s.
    virtual void on_audio(const AudioInfo&, Packet) {}
  };

  /// Connects and plays; all that comes of it goes to `sink`, which must outlive this.
  static std::unique_ptr<Receiver> start(const SourceUri& uri, const SourceOptions& options, Sink& sink);

  /// Once it returns the sink is not called again; the camera is told TEARDOWN. Not from within a call of the sink.
  virtual ~Receiver() = default;
  /// Waits for the event loop; not for its own thread.
  [[nodiscard]] virtual NetworkCounters counters() const = 0;
  /// The sound that on_audio() gives; none unless it was asked for, is there and is read. Known once it is opened.
  [[nodiscard]] virtual std::optional<AudioInfo> audio() const = 0;
  /// Whether the camera has sound to give, as far as its description says.
  [[nodiscard]] virtual bool offers_audio() const = 0;
  /// Of the video, as FFmpeg numbers profiles; 0 when not known.
  [[nodiscard]] virtual int profile() const = 0;
};

}  // namespace lyn
