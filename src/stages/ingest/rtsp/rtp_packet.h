#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace lyn::rtsp {

/// One RTP packet (RFC 3550 5.1). `payload` lies in the caller's bytes, padding and extension cut off.
struct RtpPacket {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::span<const std::uint8_t> payload;
};

/// nullopt for what is no RTP of version 2, or whose header or padding is longer than it is.
std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> bytes);

}  // namespace lyn::rtsp
