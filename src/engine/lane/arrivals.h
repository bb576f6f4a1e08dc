#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/clock.h"
#include "core/media.h"

namespace lyn {

/// What is known of a packet beside what the decoder takes.
struct Arrival {
  Clock::Monotonic when{};
  bool discontinuity = false;                ///< the source's clock jumped before it
  Clock::Wall wall{};                        ///< of a camera: when it took the picture, or else when that came
  std::optional<Clock::Wall> captured = {};  ///< the former, where the camera's reports tell it
};

/// When packets came, found again by their PTS once the decoder gives the picture. Remembers the
/// last 64: more than any decoder holds back.
class Arrivals {
 public:
  void note(std::int64_t pts, Arrival arrival) {
    ring_[next_] = {pts, arrival};
    next_ = (next_ + 1) % ring_.size();
    latest_ = arrival.when;
    latest_wall_ = arrival.wall;
  }
  /// Of the packet with this PTS; when the latest packet came where it is not known.
  [[nodiscard]] Arrival of(std::int64_t pts) const {
    for (const auto& [known, arrival] : ring_) {
      if (known == pts) return arrival;
    }
    return {latest_, false, latest_wall_, {}};
  }
  void forget() { ring_.fill({kNoTimestamp, {}}); }

 private:
  std::array<std::pair<std::int64_t, Arrival>, 64> ring_{};
  std::size_t next_ = 0;
  Clock::Monotonic latest_{};
  Clock::Wall latest_wall_{};
};

}  // namespace lyn
