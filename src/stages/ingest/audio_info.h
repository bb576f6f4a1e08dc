#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/media.h"
#include "stages/ingest/ffmpeg.h"

namespace lyn {

/// An audio stream as its container describes it.
AudioInfo describe_audio(const AVStream& stream);

/// ADTS (ISO/IEC 13818-7, 6.2), in which transport streams carry AAC: a header before every packet in place of one
/// AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) before all.
namespace adts {
/// Bytes of the header; 0 where there is none.
std::size_t header_size(std::span<const std::uint8_t> packet);
/// What MP4 and Matroska want to know; empty where there is no header, or one with channels of its own describing.
std::vector<std::uint8_t> config_of(std::span<const std::uint8_t> packet);
}  // namespace adts

}  // namespace lyn
