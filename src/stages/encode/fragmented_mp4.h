#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/result.h"
#include "stages/encode/av_owners.h"
#include "stages/encode/output_file.h"

namespace lyn {

/// One H.264 track in a fragmented MP4, through libavformat, in the track's own time:
///
/// - Times are absolute: a track that begins at 1.4 s has its first fragment at 1.4 s (`tfdt`), with no
///   edit list and no shift. A negative start is written as the two's complement, which libavformat
///   reads back as it was; other readers may not.
/// - The track's timescale is the denominator of the time base, so no time is rounded.
/// - A fragment ends before a key frame, and once it holds half a second; it goes to the file whole, in one write.
/// - The last packet is held back until the next one tells its duration.
class FragmentedMp4 {
 public:
  /// Writes the header (all of `moov`) to the file. `encoder` is open, with global headers; packets
  /// come in its time base. `last_duration` is that of the last packet, in the same.
  static Result<std::unique_ptr<FragmentedMp4>> begin(OutputFile& file, const AVCodecContext& encoder,
                                                      std::int64_t last_duration);
  /// Takes the packet's contents and leaves it blank. Decoding order is presentation order.
  Status write(AVPacket& packet);
  /// Writes what is held back and the index. Once.
  Status finish();

 private:
  explicit FragmentedMp4(OutputFile& file) : file_(file) {}
  Status open(const AVCodecContext& encoder);
  Status add_track(const AVCodecContext& encoder);
  Status mux_held(std::int64_t duration);
  Status end_fragment();
  /// Moves what libavformat has given so far to the file.
  Status to_file();
  Error failed(const char* what, int error) const;
  static int take_bytes(void* self, std::uint8_t* bytes, int count);

  OutputFile& file_;
  std::vector<std::byte> bytes_;  // of the fragment being made
  av::Io io_;
  av::Muxer muxer_;  // refers to io_
  av::Packet held_;
  bool holding_ = false;
  AVRational time_base_{1, 1};
  std::int64_t fragment_limit_ = 0;
  std::int64_t fragment_start_ = 0;
  bool fragment_empty_ = true;
  std::int64_t last_duration_ = 0;
};

}  // namespace lyn
