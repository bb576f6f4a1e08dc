#include "stages/track/frame_time.h"

#include <algorithm>
#include <cmath>

namespace lyn::track {

void FrameTime::remember(double interval) {
  intervals_[count_++ % kRemembered] = interval;
  const auto known = static_cast<std::ptrdiff_t>(std::min(count_, kRemembered));
  std::array<double, kRemembered> sorted = intervals_;
  const auto middle = sorted.begin() + (known - 1) / 2;
  std::nth_element(sorted.begin(), middle, sorted.begin() + known);
  frame_seconds_ = *middle;
}

int FrameTime::advance(double seconds) {
  if (!started_) {
    started_ = true;
    last_ = seconds;
    return 1;
  }
  const double interval = seconds - last_;
  last_ = seconds;
  if (!(interval > 0)) {  // a jump back: nobody knows how long it took
    now_ += frame_seconds_;
    return 1;
  }
  now_ += interval;
  remember(interval);
  const double frames = std::round(interval / frame_seconds_);
  return static_cast<int>(std::clamp(frames, 1.0, double{kMostSteps}));
}

}  // namespace lyn::track
