#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "core/clock.h"
#include "core/media.h"

namespace lyn {

/// When packets came, found again by their PTS once the decoder gives the picture. Remembers the
/// last 64: more than any decoder holds back.
class Arrivals {
 public:
  void note(std::int64_t pts, Clock::Monotonic when) {
    ring_[next_] = {pts, when};
    next_ = (next_ + 1) % ring_.size();
    latest_ = when;
  }
  /// Of the packet with this PTS; of the latest packet when it is not known.
  [[nodiscard]] Clock::Monotonic of(std::int64_t pts) const {
    for (const auto& [known, when] : ring_) {
      if (known == pts) return when;
    }
    return latest_;
  }
  void forget() { ring_.fill({kNoTimestamp, {}}); }

 private:
  std::array<std::pair<std::int64_t, Clock::Monotonic>, 64> ring_{};
  std::size_t next_ = 0;
  Clock::Monotonic latest_{};
};

}  // namespace lyn
