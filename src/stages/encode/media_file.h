#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/result.h"
#include "stages/encode/av_owners.h"
#include "stages/encode/output_file.h"

namespace lyn {

/// What a container must know of a track before its first packet.
struct MediaTrack {
  std::shared_ptr<const AVCodecParameters> codec;
  AVRational time_base{1, 1};
  AVRational frame_rate{25, 1};    ///< of video
  std::int64_t last_duration = 1;  ///< that of the last packet, in ticks
  bool copied = false;  ///< the source's packets, in its order: pictures may come before those they are shown after
  int rotation = 0;     ///< quarter turns clockwise to show it upright
};

/// A file of one or more tracks being written, each packet at its source's absolute time. What was written
/// more than a second before can be read at any time, also when the process is killed.
class MediaFile {
 public:
  virtual ~MediaFile() = default;
  /// Takes the packet's contents and leaves it blank. `stream_index` is the track, times are in its time base, those of
  /// decoding rise in each track.
  virtual Status write(AVPacket& packet) = 0;
  /// Writes what is held back, and the index. Once. `next`: when the video goes on elsewhere, in its ticks (decoding).
  virtual Status finish(std::optional<std::int64_t> next) = 0;
};

/// How a file's name says what container it is: Matroska for .mkv, else a fragmented MP4.
bool is_matroska(const std::string& path);

/// Writes the header. The first track is the video. `file` must outlive the result. Error kind `output`.
Result<std::unique_ptr<MediaFile>> begin_media_file(OutputFile& file, std::span<const MediaTrack> tracks);

}  // namespace lyn
