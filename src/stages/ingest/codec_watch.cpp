#include "stages/ingest/codec_watch.h"

#include <cstring>

namespace lyn {
namespace {

constexpr unsigned kSps = 1;
constexpr unsigned kPps = 2;
constexpr unsigned kVps = 4;

/// Parameter sets of HEVC's base layer (ITU-T H.265 7.3.1.2: type, layer 0, temporal id 0). In H.264 these bytes are
/// NAL units of types 0, 2 and 4: not specified, and data partitions of a profile that libavcodec does not decode.
unsigned hevc_set(std::uint8_t first, std::uint8_t second) {
  if (second != 1) return 0;
  switch (first) {
    case 0x40:
      return kVps;
    case 0x42:
      return kSps;
    case 0x44:
      return kPps;
    default:
      return 0;
  }
}

/// Parameter sets of H.264 (ITU-T H.264 7.3.1) that are no NAL unit of HEVC's base layer: there the second byte
/// has layer 0 and a temporal id (counted from 1) in it.
unsigned h264_set(std::uint8_t first, std::uint8_t second) {
  const int type = first & 0x1F;
  const bool may_be_hevc = (first & 1) == 0 && second >> 3 == 0 && (second & 7) != 0;
  if ((first & 0x80) != 0 || (first & 0x60) == 0 || may_be_hevc) return 0;
  if (type == 7) return kSps;
  return type == 8 ? kPps : 0;
}

}  // namespace

CodecWatch::CodecWatch(const StreamInfo& stream) : own_(stream.codec) {
  const bool lengths = !stream.extradata.empty() && stream.extradata[0] == 1;  // avcC, hvcC
  if (lengths) return;
  if (own_ == CodecId::h264) other_ = CodecId::hevc;
  if (own_ == CodecId::hevc) other_ = CodecId::h264;
}

CodecId CodecWatch::look_at(std::span<const std::uint8_t> packet) {
  if (other_ == CodecId::unknown) return CodecId::unknown;
  suspicious_ = false;
  const std::uint8_t* at = packet.data();
  const std::uint8_t* const end = at + packet.size();
  while (end - at >= 5) {
    const auto* one = static_cast<const std::uint8_t*>(std::memchr(at + 2, 1, static_cast<std::size_t>(end - at - 4)));
    if (one == nullptr) break;
    if (one[-1] == 0 && one[-2] == 0) look_at_header(one[1], one[2]);
    at = one - 1;
  }
  if (!suspicious_) sets_seen_ = 0;
  const unsigned needed = other_ == CodecId::hevc ? kVps | kSps | kPps : kSps | kPps;
  return (sets_seen_ & needed) == needed ? other_ : CodecId::unknown;
}

void CodecWatch::look_at_header(std::uint8_t first, std::uint8_t second) {
  const unsigned set = other_ == CodecId::hevc ? hevc_set(first, second) : h264_set(first, second);
  if (set == 0) return;
  suspicious_ = true;
  sets_seen_ |= set;
}

}  // namespace lyn
