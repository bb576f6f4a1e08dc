#include "stages/ingest/rtsp/timeline.h"

#include <algorithm>

namespace lyn::rtsp {

std::int64_t Timeline::ticks_of(Clock::Monotonic::duration span) const {
  return static_cast<std::int64_t>(std::chrono::duration<double>(span).count() * clock_rate_);
}

Timeline::Place Timeline::place(std::uint32_t rtp, Clock::Monotonic arrival) {
  if (!begun_) {
    begun_ = true;
    last_rtp_ = rtp;
    last_arrival_ = arrival;
    return {};
  }
  const std::int64_t step = static_cast<std::int32_t>(rtp - last_rtp_);
  const std::int64_t passed = ticks_of(arrival - last_arrival_);
  const std::int64_t least = may_reorder_ ? -ticks_of(kFarBack) : 0;
  const bool jumped = other_source_ || step < least || step - passed > ticks_of(kFarAhead);
  Place place{last_ticks_ + step, jumped};
  if (jumped || step == 0) place.ticks = highest_ + std::max<std::int64_t>(1, passed);
  other_source_ = false;
  last_rtp_ = rtp;
  last_arrival_ = arrival;
  last_ticks_ = place.ticks;
  highest_ = std::max(highest_, place.ticks);
  return place;
}

void WallClock::note_sender_report(std::uint64_t ntp, std::uint32_t rtp) {
  constexpr std::uint64_t kFrom1900To1970 = 2'208'988'800;
  constexpr std::uint64_t kYear2015 = kFrom1900To1970 + 1'420'070'400;
  const std::uint64_t seconds = ntp >> 32;
  if (seconds < kYear2015) return;
  const auto fraction = static_cast<std::int64_t>((ntp & 0xFFFFFFFF) * 1'000'000'000 >> 32);
  const auto since_1970 = std::chrono::seconds(seconds - kFrom1900To1970) + std::chrono::nanoseconds(fraction);
  known_ = Known{Clock::Wall(std::chrono::duration_cast<Clock::Wall::duration>(since_1970)), rtp};
}

std::optional<Clock::Wall> WallClock::at(std::uint32_t rtp) const {
  if (!known_) return std::nullopt;
  const std::int64_t ticks = static_cast<std::int32_t>(rtp - known_->rtp);
  const std::chrono::nanoseconds since(ticks * 1'000'000'000 / clock_rate_);
  return known_->wall + std::chrono::duration_cast<Clock::Wall::duration>(since);
}

}  // namespace lyn::rtsp
