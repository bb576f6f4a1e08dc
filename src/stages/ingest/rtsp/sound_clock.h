#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/media.h"

namespace lyn::rtsp {

/// Puts a camera's sound on the time line of its pictures. The two have RTP clocks of their own; sender reports say
/// what both mean in the camera's wall time (RFC 3550 6.4.1). Until both have come, what arrives together belongs
/// together. Within kTolerance sound follows its own clock, so that it neither stutters nor overlaps.
class SoundClock {
 public:
  /// Farther apart than that, two streams are seen not to be together.
  static constexpr std::chrono::milliseconds kTolerance{40};
  /// Reports that put sound farther from the pictures it came with are not believed.
  static constexpr std::chrono::seconds kBelieved{5};

  explicit SoundClock(int clock_rate) : rate_(clock_rate) {}

  /// A picture came. Its time is in `base`.
  void picture(const Packet& picture, Rational base, Clock::Monotonic arrival);
  /// The time of a sound that came, in its own ticks on the pictures' line; nullopt before the first picture.
  std::optional<std::int64_t> place(const Packet& sound, Clock::Monotonic arrival);

 private:
  struct Picture {
    double seconds;
    std::optional<Clock::Wall> captured;
    Clock::Monotonic arrival;
  };
  [[nodiscard]] std::optional<double> by_reports(const Packet& sound, double by_arrival) const;

  int rate_;
  std::optional<Picture> picture_;  ///< the last one
  std::optional<double> offset_;    ///< seconds from the sound's own time to the pictures'
};

}  // namespace lyn::rtsp
