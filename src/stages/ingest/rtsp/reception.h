#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "stages/ingest/rtsp/rtcp.h"

namespace lyn::rtsp {

/// Counts what came of one RTP source and what did not, as RFC 3550 A.1, A.3 and A.8 do.
class Reception {
 public:
  explicit Reception(int clock_rate) : clock_rate_(clock_rate) {}

  enum class Verdict { in_order, after_gap, late, duplicate };

  /// A packet came. Packets more than kFarAway from what was expected start the count anew (`after_gap`).
  Verdict note(std::uint16_t sequence, std::uint32_t timestamp, Clock::Monotonic arrival);
  void note_sender_report(std::uint64_t ntp, Clock::Monotonic arrival);
  /// For a receiver report; the fraction lost is since the last one.
  ReceptionReport report(std::uint32_t ssrc, Clock::Monotonic now);

  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// Packets that never came, so far as is known; one that comes late is taken off again.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] double jitter_ms() const { return jitter_ / clock_rate_ * 1000; }

 private:
  static constexpr int kFarAway = 3000;
  void note_jitter(std::uint32_t timestamp, Clock::Monotonic arrival);

  int clock_rate_;
  bool begun_ = false;
  std::uint16_t highest_ = 0;
  std::uint32_t cycles_ = 0;
  std::uint64_t recent_ = 0;  ///< bit n: sequence number highest_ - n came
  std::uint64_t received_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t reported_received_ = 0;
  std::uint64_t reported_lost_ = 0;
  double jitter_ = 0;  ///< in ticks
  std::optional<std::int64_t> last_transit_;
  std::uint32_t last_report_ = 0;
  Clock::Monotonic last_report_arrival_{};
};

}  // namespace lyn::rtsp
