#include "engine/camera/time_line.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace lyn {

namespace {

/// Times may run ahead of arrivals by so much (a burst, a camera that sends what it had buffered); a larger
/// step is a jump of the camera's clock.
constexpr double kAheadSeconds = 2;
/// At how many ticks counters of 32 (RTP) and 33 bits (MPEG-TS) start over.
constexpr std::array<std::int64_t, 2> kWraps{1LL << 32, 1LL << 33};
/// Further out no camera can be; sums and differences stay in range.
constexpr std::int64_t kMostTicks = 1LL << 60;

/// Reports are not finer: 5 ms.
constexpr std::int64_t kToleratedTicks = 450;

double seconds_between(Clock::Monotonic from, Clock::Monotonic to) {
  return std::chrono::duration<double>(to - from).count();
}

std::int64_t our_ticks(double seconds) {
  return std::llround(seconds * static_cast<double>(TimeLine::kBase.den));
}

}  // namespace

void TimeLine::begin(std::int64_t ours, Clock::Monotonic arrival, std::optional<Clock::Wall> captured) {
  began_ = true;
  last_ours_ = ours;
  last_arrival_ = arrival;
  if (captured) told_ = Told{ours, *captured, arrival};
}

TimeLine::Place TimeLine::place(MediaTime source, Clock::Monotonic arrival, std::optional<Clock::Wall> captured) {
  source.ticks = std::clamp(source.ticks, -kMostTicks, kMostTicks);
  Place place{{0, kBase}, false};
  if (!connected_) wrapped_ = 0;
  if (!connected_) by_clock_ = false;
  const auto clock = by_clock_ ? std::nullopt : by_camera_clock(captured, arrival);
  if (!began_) {
    anchor(source.ticks, 0);
  } else if (const auto followed = connected_ ? follow(source, arrival) : std::nullopt) {
    place.pts.ticks = *followed;
  } else {
    place.discontinuity = true;
    place.pts.ticks = last_ours_ + std::max<std::int64_t>(1, our_ticks(seconds_between(last_arrival_, arrival)));
    wrapped_ = 0;
    anchor(source.ticks, place.pts.ticks);
  }
  if (clock && std::abs(*clock - place.pts.ticks) > kToleratedTicks) {
    place.discontinuity = true;
    anchor(source.ticks + wrapped_, *clock);
    place.pts.ticks = std::max(*clock, last_ours_ + 1);
  }
  began_ = connected_ = true;
  base_ = source.base;
  last_source_ = source.ticks + wrapped_;
  last_ours_ = place.pts.ticks;
  last_arrival_ = arrival;
  if (captured) {
    by_clock_ = true;
    told_ = Told{ours(source), *captured, arrival};
  }
  return place;
}

/// Where the camera's own step leads, when it can be believed.
std::optional<std::int64_t> TimeLine::follow(MediaTime source, Clock::Monotonic arrival) {
  const double ahead = std::max(0.0, seconds_between(last_arrival_, arrival)) + kAheadSeconds;
  const auto credible = [&](std::int64_t ticks) {
    return ticks > last_source_ && MediaTime{ticks - last_source_, source.base}.seconds() <= ahead;
  };
  std::int64_t ticks = source.ticks + wrapped_;
  if (!credible(ticks)) {
    const auto wrap = std::ranges::find_if(kWraps, [&](std::int64_t range) { return credible(ticks + range); });
    if (wrap == kWraps.end()) return std::nullopt;
    wrapped_ += *wrap;
    ticks += *wrap;
  }
  const std::int64_t ours = anchor_ours_ + our_ticks(MediaTime{ticks - anchor_source_, source.base}.seconds());
  return std::max(ours, last_ours_ + 1);
}

/// A clock that was set meanwhile says nothing: then it disagrees with the time between arrivals.
std::optional<std::int64_t> TimeLine::by_camera_clock(std::optional<Clock::Wall> captured,
                                                      Clock::Monotonic arrival) const {
  if (!captured || !told_) return std::nullopt;
  const double seconds = std::chrono::duration<double>(*captured - told_->captured).count();
  if (std::abs(seconds - seconds_between(told_->arrival, arrival)) > kAheadSeconds) return std::nullopt;
  return told_->ours + our_ticks(seconds);
}

std::int64_t TimeLine::ours(MediaTime source) const {
  const std::int64_t ticks = std::clamp(source.ticks, -kMostTicks, kMostTicks) + wrapped_;
  return anchor_ours_ + our_ticks(MediaTime{ticks - anchor_source_, source.base}.seconds());
}

double TimeLine::shift() const {
  return MediaTime{anchor_ours_, kBase}.seconds() - MediaTime{anchor_source_ - wrapped_, base_}.seconds();
}

void TimeLine::anchor(std::int64_t source, std::int64_t ours) {
  anchor_source_ = source;
  anchor_ours_ = ours;
}

}  // namespace lyn
