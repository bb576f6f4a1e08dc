#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/media.h"

namespace lyn::rtsp {

/// What a sequence parameter set says of the pictures.
struct SequenceFacts {
  int width = 0;  ///< cropped
  int height = 0;
  int bit_depth = 8;
  Chroma chroma = Chroma::yuv420;
  Colour colour;
  Rational frame_rate{0, 1};  ///< num 0: not said
  int profile = 0;            ///< profile_idc, as FFmpeg numbers profiles
  bool may_reorder = true;    ///< pictures may be shown in another order than they come
  bool operator==(const SequenceFacts&) const = default;
};

/// From an SPS with its NAL header: H.264 7.3.2.1 and E.1; HEVC 7.3.2.2 and E.2. nullopt for what is damaged,
/// or says what cannot be. Sizes come out as they are said, however large.
std::optional<SequenceFacts> read_h264_sps(std::span<const std::uint8_t> nal);
std::optional<SequenceFacts> read_hevc_sps(std::span<const std::uint8_t> nal);

}  // namespace lyn::rtsp
