#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"

namespace lyn::rtsp {

/// Turns a source's 32-bit RTP times into one time line that begins at 0 and never breaks (FAULTS 11).
///
/// Differences count, so the wrap at 2^32 is none. A step that no camera means (back by more than pictures
/// are reordered; ahead of the wall by more than kFarAhead) moves the time line: the picture gets the time
/// that has passed, and is marked. Times that stand still go on with the time that passes.
class Timeline {
 public:
  static constexpr std::chrono::seconds kFarAhead{10};
  static constexpr std::chrono::seconds kFarBack{2};

  explicit Timeline(int clock_rate) : clock_rate_(clock_rate) {}

  /// Whether pictures may come in an order other than that of their times (B-frames).
  void may_reorder(bool may) { may_reorder_ = may; }

  struct Place {
    std::int64_t ticks = 0;
    bool discontinuity = false;
  };
  Place place(std::uint32_t rtp, Clock::Monotonic arrival);
  /// What follows comes from another source whose times have nothing to do with those so far.
  void expect_other_source() { other_source_ = true; }

 private:
  [[nodiscard]] std::int64_t ticks_of(Clock::Monotonic::duration span) const;

  int clock_rate_;
  bool may_reorder_ = false;
  bool begun_ = false;
  bool other_source_ = false;
  std::uint32_t last_rtp_ = 0;
  std::int64_t last_ticks_ = 0;
  std::int64_t highest_ = 0;
  Clock::Monotonic last_arrival_{};
};

/// Maps RTP times to UTC by the last sender report (RFC 3550 6.4.1).
class WallClock {
 public:
  explicit WallClock(int clock_rate) : clock_rate_(clock_rate) {}
  /// Reports of cameras that do not know the year are not believed.
  void note_sender_report(std::uint64_t ntp, std::uint32_t rtp);
  void forget() { known_.reset(); }
  [[nodiscard]] std::optional<Clock::Wall> at(std::uint32_t rtp) const;

 private:
  struct Known {
    Clock::Wall wall;
    std::uint32_t rtp = 0;
  };
  int clock_rate_;
  std::optional<Known> known_;
};

}  // namespace lyn::rtsp
