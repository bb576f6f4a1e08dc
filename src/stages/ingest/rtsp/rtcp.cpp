#include "stages/ingest/rtsp/rtcp.h"

#include <algorithm>
#include <string_view>

#include "stages/ingest/rtsp/bytes.h"

namespace lyn::rtsp {
namespace {

enum PacketType : std::uint8_t { sender_report = 200, receiver_report = 201, description = 202, goodbye = 203 };

class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> to) : to_(to) {}
  void u8(std::uint32_t value) { to_[at_++] = static_cast<std::uint8_t>(value); }
  void u16(std::uint32_t value) {
    u8(value >> 8);
    u8(value);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value);
  }

 private:
  std::span<std::uint8_t> to_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<RtcpNews> parse_rtcp(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8 || bytes[0] >> 6 != 2 || bytes[1] < 192 || bytes[1] > 223) return std::nullopt;
  RtcpNews news;
  while (bytes.size() >= 4 && bytes[0] >> 6 == 2) {
    const std::size_t length = 4 * (static_cast<std::size_t>(read_u16(bytes, 2)) + 1);
    if (length > bytes.size()) break;
    const auto packet = bytes.first(length);
    if (packet[1] == sender_report && length >= 28) {
      news.report = {read_u32(packet, 4), read_u64(packet, 8), read_u32(packet, 16)};
    } else if (packet[1] == goodbye && length >= 8) {
      news.bye = read_u32(packet, 4);
    }
    bytes = bytes.subspan(length);
  }
  return news;
}

std::array<std::uint8_t, kReceiverReportBytes> write_receiver_report(std::uint32_t own_ssrc,
                                                                     const ReceptionReport& report) {
  std::array<std::uint8_t, kReceiverReportBytes> bytes{};
  Writer out(bytes);
  out.u8(0x81);
  out.u8(receiver_report);
  out.u16(7);
  out.u32(own_ssrc);
  out.u32(report.ssrc);
  out.u32(static_cast<std::uint32_t>(report.fraction_lost) << 24 |
          (static_cast<std::uint32_t>(std::clamp(report.lost, -0x800000, 0x7FFFFF)) & 0xFFFFFF));
  out.u32(report.highest_sequence);
  out.u32(report.jitter);
  out.u32(report.last_report);
  out.u32(report.since_last_report);
  constexpr std::string_view kName = "lyn";
  out.u8(0x81);
  out.u8(description);
  out.u16(3);
  out.u32(own_ssrc);
  out.u8(1);  // CNAME
  out.u8(static_cast<std::uint32_t>(kName.size()));
  for (const char c : kName) out.u8(static_cast<std::uint8_t>(c));
  return bytes;
}

}  // namespace lyn::rtsp
