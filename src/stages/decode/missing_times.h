#pragma once

#include <cmath>
#include <cstdint>

#include "core/media.h"

namespace lyn {

/// Gives a time to pictures of streams that carry none (raw H.264 and HEVC, where ffprobe says N/A):
/// one picture after the other at the stream's frame rate, from 0 or from the last time known.
class MissingTimes {
 public:
  MissingTimes(Rational time_base, Rational frame_rate) : one_frame_(ticks_of(time_base, frame_rate)) {}

  /// The time of the next picture in presentation order. Times that are known pass through.
  std::int64_t fill(std::int64_t ticks, std::int64_t duration) {
    if (ticks == kNoTimestamp) ticks = next_;
    // A damaged container may say any number: time then stands still rather than run over.
    if (__builtin_add_overflow(ticks, duration > 0 ? duration : one_frame_, &next_)) next_ = ticks;
    return ticks;
  }
  /// What a picture lasts where its packet does not say.
  [[nodiscard]] std::int64_t one_frame() const { return one_frame_; }

 private:
  static std::int64_t ticks_of(Rational base, Rational rate) {
    if (rate.num <= 0 || base.num <= 0) return 1;
    const double ticks = static_cast<double>(rate.den) / static_cast<double>(rate.num) * static_cast<double>(base.den) /
                         static_cast<double>(base.num);
    return ticks < 1 ? 1 : std::llround(ticks);
  }

  std::int64_t one_frame_;
  std::int64_t next_ = 0;
};

}  // namespace lyn
