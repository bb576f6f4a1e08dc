#include "stages/ingest/rtsp/reception.h"

#include <algorithm>
#include <cmath>

namespace lyn::rtsp {

Reception::Verdict Reception::note(std::uint16_t sequence, std::uint32_t timestamp, Clock::Monotonic arrival) {
  const int step = begun_ ? static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - highest_)) : 1;
  if (step <= 0 && step > -64) {
    const std::uint64_t bit = std::uint64_t{1} << -step;
    if ((recent_ & bit) != 0) return Verdict::duplicate;
    recent_ |= bit;
    ++received_;
    if (lost_ > 0) --lost_;
    return Verdict::late;
  }
  ++received_;
  note_jitter(timestamp, arrival);
  const bool jumped = begun_ && std::abs(step) > kFarAway;
  if (begun_ && !jumped && step <= 0) return Verdict::late;
  if (!jumped && sequence < highest_ && begun_) cycles_ += 0x10000;
  if (!jumped && step > 1) lost_ += static_cast<std::uint64_t>(step - 1);
  recent_ = jumped || step >= 64 ? 1 : recent_ << step | 1;
  highest_ = sequence;
  begun_ = true;
  return step == 1 ? Verdict::in_order : Verdict::after_gap;
}

/// RFC 3550 A.8: the mean deviation of the time between packets from what their timestamps say.
void Reception::note_jitter(std::uint32_t timestamp, Clock::Monotonic arrival) {
  const double seconds = std::chrono::duration<double>(arrival.time_since_epoch()).count();
  const auto transit = static_cast<std::int64_t>(seconds * clock_rate_) - timestamp;
  if (last_transit_) {
    const auto deviation = static_cast<std::int32_t>(static_cast<std::uint32_t>(transit - *last_transit_));
    const double limit = 10.0 * clock_rate_;  // a jump of the sender's clock is no jitter
    if (std::abs(static_cast<double>(deviation)) < limit) {
      jitter_ += (std::abs(static_cast<double>(deviation)) - jitter_) / 16;
    }
  }
  last_transit_ = transit;
}

void Reception::note_sender_report(std::uint64_t ntp, Clock::Monotonic arrival) {
  last_report_ = static_cast<std::uint32_t>(ntp >> 16);
  last_report_arrival_ = arrival;
}

ReceptionReport Reception::report(std::uint32_t ssrc, Clock::Monotonic now) {
  const std::uint64_t lost = lost_ > reported_lost_ ? lost_ - reported_lost_ : 0;
  const std::uint64_t expected = received_ - reported_received_ + lost;
  reported_received_ = received_;
  reported_lost_ = lost_;
  ReceptionReport report;
  report.ssrc = ssrc;
  report.fraction_lost =
      static_cast<std::uint8_t>(expected == 0 ? 0 : std::min<std::uint64_t>(255, lost * 256 / expected));
  report.lost = static_cast<std::int32_t>(std::min<std::uint64_t>(lost_, 0x7FFFFF));
  report.highest_sequence = cycles_ | highest_;
  report.jitter = static_cast<std::uint32_t>(jitter_);
  report.last_report = last_report_;
  if (last_report_ != 0) {
    const std::chrono::duration<double> since = now - last_report_arrival_;
    report.since_last_report = static_cast<std::uint32_t>(std::clamp(since.count(), 0.0, 65'535.0) * 65'536);
  }
  return report;
}

}  // namespace lyn::rtsp
