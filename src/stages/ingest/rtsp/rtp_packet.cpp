#include "stages/ingest/rtsp/rtp_packet.h"

#include "stages/ingest/rtsp/bytes.h"

namespace lyn::rtsp {

std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kFixed = 12;
  if (bytes.size() < kFixed || bytes[0] >> 6 != 2) return std::nullopt;
  std::size_t head = kFixed + 4 * static_cast<std::size_t>(bytes[0] & 15);
  if ((bytes[0] & 0x10) != 0) {
    if (bytes.size() < head + 4) return std::nullopt;
    head += 4 + 4 * static_cast<std::size_t>(read_u16(bytes, head + 2));
  }
  if (bytes.size() < head) return std::nullopt;
  std::size_t length = bytes.size() - head;
  if ((bytes[0] & 0x20) != 0) {
    const std::size_t padding = bytes.back();
    if (padding == 0 || padding > length) return std::nullopt;
    length -= padding;
  }
  RtpPacket packet;
  packet.marker = (bytes[1] & 0x80) != 0;
  packet.payload_type = bytes[1] & 0x7F;
  packet.sequence = read_u16(bytes, 2);
  packet.timestamp = read_u32(bytes, 4);
  packet.ssrc = read_u32(bytes, 8);
  packet.payload = bytes.subspan(head, length);
  return packet;
}

}  // namespace lyn::rtsp
