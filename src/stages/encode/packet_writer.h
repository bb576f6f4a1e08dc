#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/media.h"
#include "core/result.h"
#include "stages/encode/audio_inbox.h"
#include "stages/encode/track_files.h"

namespace lyn {

/// Writes a source's own packets: nothing is decoded, nothing drawn. It begins with the first keyframe. Times are the
/// source's, decoding order too; what an edit list of the source hides is in the copy. One thread at a time.
class PacketWriter {
 public:
  /// Creates the file. Error kind `output`: that, or a codec that the container cannot hold.
  static Result<std::unique_ptr<PacketWriter>> open(const StreamInfo& stream, const SegmentOptions& options,
                                                    std::shared_ptr<AudioInbox> audio);
  ~PacketWriter();

  /// `offset`: ticks to add to the packet's times. False when it was left out: its decoding time is not after that of
  /// the one before. Error kind `output`; also for a packet without a time.
  Result<bool> write(const Packet& packet, std::int64_t offset);
  /// Packets of another stream follow, on the same line of times: a new file begins with their first keyframe. Errors:
  /// as open(); a pipe holds one video.
  Status change(const StreamInfo& stream);
  /// Error kind `output` when somebody deleted the file that is being written.
  [[nodiscard]] Status still_there() const { return files_->still_there(); }
  Status finish();

 private:
  /// A packet with its times shifted.
  struct Timed {
    Packet packet;
    std::int64_t pts;
    std::optional<std::int64_t> dts;
  };
  PacketWriter(std::unique_ptr<TrackFiles> files, std::string path)
      : files_(std::move(files)), path_(std::move(path)) {}
  Status begin(const StreamInfo& stream);
  Result<bool> place(Timed timed);
  Status release_waiting();
  Result<bool> write_timed(const Timed& timed);

  std::unique_ptr<TrackFiles> files_;
  std::string path_;            ///< as it was asked for
  std::int64_t step_ = 1;       ///< ticks from one picture to the next, as a rule
  std::vector<Timed> waiting_;  ///< the first ones, until one has a decoding time
  bool begun_ = false;          ///< the first keyframe has come
  bool released_ = false;       ///< whether decoding times come is known
  std::optional<std::int64_t> last_dts_;
  std::optional<Error> failure_;
  bool finished_ = false;
};

}  // namespace lyn
