#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace lyn::rtsp {

/// What a compound RTCP packet says that matters to a receiver (RFC 3550 6).
struct RtcpNews {
  struct SenderReport {
    std::uint32_t ssrc = 0;
    std::uint64_t ntp = 0;  ///< seconds since 1900 in the upper half, their fraction in the lower
    std::uint32_t rtp = 0;  ///< the same moment in the stream's own time
  };
  std::optional<SenderReport> report;  ///< the last one in it
  std::optional<std::uint32_t> bye;    ///< SSRC of the source that leaves
};

/// nullopt for what is no RTCP of version 2. A packet cut short ends what is read of it.
std::optional<RtcpNews> parse_rtcp(std::span<const std::uint8_t> bytes);

/// What a receiver says of one source (RFC 3550 6.4.1).
struct ReceptionReport {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;
  std::int32_t lost = 0;
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;
  std::uint32_t last_report = 0;        ///< middle of the last sender report's NTP time
  std::uint32_t since_last_report = 0;  ///< in 1/65536 s
};

constexpr std::size_t kReceiverReportBytes = 48;
/// A receiver report and the SDES that RFC 3550 wants beside it, from receiver `own_ssrc`.
std::array<std::uint8_t, kReceiverReportBytes> write_receiver_report(std::uint32_t own_ssrc,
                                                                     const ReceptionReport& report);

}  // namespace lyn::rtsp
