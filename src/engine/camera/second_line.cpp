#include "engine/camera/second_line.h"

#include <algorithm>
#include <cmath>

#include "engine/camera/time_line.h"

namespace lyn {
namespace {

/// Further out no camera can be; sums and differences stay in range.
constexpr std::int64_t kMostTicks = 1LL << 60;

std::int64_t our_ticks(double seconds) {
  return std::llround(seconds * static_cast<double>(TimeLine::kBase.den));
}

template <class Duration>
std::int64_t our_ticks(Duration span) {
  return our_ticks(std::chrono::duration<double>(span).count());
}

std::int64_t our_ticks(MediaTime time) {
  time.ticks = std::clamp(time.ticks, -kMostTicks, kMostTicks);
  return our_ticks(time.seconds());
}

std::int64_t by_arrival(const SecondLine::Seen& seen, const LineAnchor::Point& anchor) {
  return anchor.ours + our_ticks(seen.arrival - anchor.arrival) - our_ticks(seen.pts);
}

std::optional<std::int64_t> by_reports(const SecondLine::Seen& seen, const LineAnchor::Point& anchor) {
  if (!seen.captured || !anchor.captured) return std::nullopt;
  const std::int64_t shift = anchor.ours + our_ticks(*seen.captured - *anchor.captured) - our_ticks(seen.pts);
  const bool agrees = std::abs(shift - by_arrival(seen, anchor)) <= our_ticks(SecondLine::kMostDisagreement);
  return agrees ? std::optional(shift) : std::nullopt;
}

}  // namespace

void SecondLine::note(const Seen& seen, const std::optional<LineAnchor::Point>& anchor) {
  if (seen.pts.ticks == kNoTimestamp) return;
  if (!newest_) began_ = seen.arrival;
  newest_ = seen;
  if (!anchor) return;
  const auto told = by_reports(seen, *anchor);
  const bool anew = told && seen.key && std::abs(*told - shift_) > our_ticks(kMostDrift);
  if (told && (!known() || anew)) {
    shift_ = *told;
    by_ = By::reports;
  } else if (told && seen.key) {
    by_ = By::reports;  // they say that it lies well
  } else if (!known() && waited()) {
    settle(anchor);
  }
}

void SecondLine::settle(const std::optional<LineAnchor::Point>& anchor) {
  if (known() || !newest_ || !anchor) return;
  shift_ = by_arrival(*newest_, *anchor);
  by_ = By::arrival;
}

std::int64_t SecondLine::ours(MediaTime source) const {
  return shift_ + our_ticks(source);
}

}  // namespace lyn
