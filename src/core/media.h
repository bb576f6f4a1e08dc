#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/colour.h"
#include "lynceus/media_time.h"

namespace lyn {

enum class CodecId { unknown, h264, hevc, vp8, vp9, av1, mpeg4, mjpeg, mpeg1, mpeg2, wmv1, wmv2, png, webp };

/// FFmpeg's short name ("h264"); "unknown" for unknown.
const char* name_of(CodecId codec);

/// One video stream as its container describes it; the decoder may know better later.
struct StreamInfo {
  CodecId codec = CodecId::unknown;
  std::string codec_name;               ///< as FFmpeg calls it, also when `codec` is unknown
  std::vector<std::uint8_t> extradata;  ///< parameter sets as the container stores them
  int width = 0;                        ///< pixels as stored, before rotation
  int height = 0;
  int bit_depth = 8;
  Chroma chroma = Chroma::yuv420;
  Rational time_base{1, 1'000'000};
  Rational frame_rate{0, 1};  ///< average; num 0 when unknown
  Colour colour;              ///< as tagged; untagged fields stay `unspecified`
  int rotation = 0;           ///< quarter turns clockwise to show it upright: 0..3
  std::int64_t duration_ticks = kNoTimestamp;
};

/// The sound that comes with a camera's pictures.
struct AudioInfo {
  std::string codec;  ///< FFmpeg's name: "aac", "pcm_mulaw", "pcm_alaw"
  int clock_rate = 0;
  int channels = 1;
  std::vector<std::uint8_t> config;  ///< AudioSpecificConfig of AAC; what the codec needs before the first packet
  Rational time_base{0, 1};          ///< of its packets; num 0: 1/clock_rate
  int frame_size = 0;                ///< samples in a packet; 0: any

  [[nodiscard]] Rational base() const { return time_base.num > 0 ? time_base : Rational{1, clock_rate}; }
  bool operator==(const AudioInfo&) const = default;
};

/// One compressed picture (access unit), or some sound. Copies share the bytes.
/// `bytes` is followed by at least 64 readable zero bytes (what FFmpeg's bit readers require).
struct Packet {
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const void> owner;  ///< keeps `bytes` alive
  std::int64_t pts = kNoTimestamp;    ///< ticks of the stream's time base
  std::int64_t dts = kNoTimestamp;
  std::int64_t duration = 0;
  bool key = false;
  bool sound = false;                   ///< of the audio stream, times in its base
  bool corrupt = false;                 ///< the demuxer already knows that bytes are missing
  bool discontinuity = false;           ///< live: the source's clock jumped before this picture
  std::uint64_t dropped_before = 0;     ///< live: packets that went before this one since nobody read them in time
  std::optional<Clock::Wall> captured;  ///< live: when the camera says that it took the picture
};

}  // namespace lyn
