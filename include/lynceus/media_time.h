#pragma once

#include <cstdint>

namespace lyn {

/// A fraction, for time bases and frame rates. den > 0.
struct Rational {
  std::int64_t num = 0;
  std::int64_t den = 1;
  bool operator==(const Rational&) const = default;
};

/// A presentation or decoding time: `ticks` of `base` seconds each.
struct MediaTime {
  std::int64_t ticks = 0;
  Rational base{1, 1'000'000};
  /// Seconds, by the same double arithmetic as ffprobe's `*_time` fields.
  [[nodiscard]] double seconds() const {
    return static_cast<double>(ticks) * (static_cast<double>(base.num) / static_cast<double>(base.den));
  }
};

constexpr std::int64_t kNoTimestamp = INT64_MIN;

}  // namespace lyn
