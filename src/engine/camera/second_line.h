#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/media.h"
#include "engine/camera/line_anchor.h"

namespace lyn {

/// Lays the times of a camera's second stream on its one time line. Within a connection the source's own steps hold;
/// where the connection lies is told by the camera's clock, when the reports of both streams give it (RFC 3550, 6.4.1),
/// or else, after kPatience, by when packets came. One thread, no clock of its own.
class SecondLine {
 public:
  /// First reports come within 3.75 s (RFC 3550, 6.2: half of 5 s, by a factor of up to 1.5), and with the next
  /// picture.
  static constexpr std::chrono::seconds kPatience{5};
  /// Reports that disagree so much with arrivals are of clocks that have nothing to do with each other.
  static constexpr std::chrono::seconds kMostDisagreement{10};
  /// By so much a connection may be off, a video's frame, before a keyframe is laid anew.
  static constexpr std::chrono::milliseconds kMostDrift{20};

  struct Seen {
    MediaTime pts;
    Clock::Monotonic arrival{};
    std::optional<Clock::Wall> captured = {};
    bool key = false;
  };
  enum class By { nothing, reports, arrival };

  void new_connection() { *this = SecondLine(); }
  /// A packet of the connection. `anchor`: where the line is, once it has begun.
  void note(const Seen& seen, const std::optional<LineAnchor::Point>& anchor);
  /// Waits no longer for reports: the connection lies by when its newest packet came.
  void settle(const std::optional<LineAnchor::Point>& anchor);
  /// What says where the connection lies.
  [[nodiscard]] By by() const { return by_; }
  [[nodiscard]] bool known() const { return by_ != By::nothing; }
  /// Reports have had their time.
  [[nodiscard]] bool waited() const { return newest_ && newest_->arrival - began_ >= kPatience; }
  /// A time of the connection on the line, in ticks of TimeLine::kBase; only where known().
  [[nodiscard]] std::int64_t ours(MediaTime source) const;

 private:
  Clock::Monotonic began_{};
  std::optional<Seen> newest_;
  std::int64_t shift_ = 0;
  By by_ = By::nothing;
};

}  // namespace lyn
