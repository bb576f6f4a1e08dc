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

enum class CodecId { unknown, h264, hevc, vp8, vp9, av1, mpeg4, mjpeg, mpeg1, mpeg2, wmv1, wmv2 };

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

/// One compressed picture (access unit). Copies share the bytes.
/// `bytes` is followed by at least 64 readable zero bytes (what FFmpeg's bit readers require).
struct Packet {
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const void> owner;  ///< keeps `bytes` alive
  std::int64_t pts = kNoTimestamp;    ///< ticks of the stream's time base
  std::int64_t dts = kNoTimestamp;
  std::int64_t duration = 0;
  bool key = false;
  bool corrupt = false;                 ///< the demuxer already knows that bytes are missing
  bool discontinuity = false;           ///< live: the source's clock jumped before this picture
  std::uint64_t dropped_before = 0;     ///< live: packets that went before this one since nobody read them in time
  std::optional<Clock::Wall> captured;  ///< live: when the camera says that it took the picture
};

}  // namespace lyn
