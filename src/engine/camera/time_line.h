#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/media.h"

namespace lyn {

/// One rising line of times for a live camera, from 0, whatever the camera's own clock does: jumps, runs
/// backwards, wraps, stands still, or starts anew with another connection. Where the camera's times cannot be
/// followed, ours go on by the time between arrivals, and the frame says so.
class TimeLine {
 public:
  /// Ticks of what place() gives: those of RTP video, so that usual times come through unchanged.
  static constexpr Rational kBase{1, 90'000};

  struct Place {
    MediaTime pts;
    bool discontinuity = false;  ///< its distance to the frame before is not the camera's
  };

  /// The time of the next frame in presentation order. `source`: what the camera says, in one base as long
  /// as the connection lasts. `arrival`: when its packet came. Every time is after the one before.
  /// `captured`: when the camera took it by its own clock, where other streams of it are laid on the line by that: the
  /// line keeps to that clock over connections, as far as time can only rise.
  Place place(MediaTime source, Clock::Monotonic arrival, std::optional<Clock::Wall> captured = {});
  /// Something else of the camera began the line; `ours` is the time of what came at `arrival`. Before the first
  /// place().
  void begin(std::int64_t ours, Clock::Monotonic arrival, std::optional<Clock::Wall> captured);
  [[nodiscard]] bool began() const { return began_; }
  /// What comes now has nothing to do with the camera's times so far.
  void new_connection() { connected_ = false; }

  /// Where a time in the base of the newest frame lies, as that frame has it.
  [[nodiscard]] std::int64_t ours(MediaTime source) const;
  /// The same as seconds to add.
  [[nodiscard]] double shift() const;

 private:
  [[nodiscard]] std::optional<std::int64_t> follow(MediaTime source, Clock::Monotonic arrival);
  [[nodiscard]] std::optional<std::int64_t> by_camera_clock(std::optional<Clock::Wall> captured,
                                                            Clock::Monotonic arrival) const;
  void anchor(std::int64_t source, std::int64_t ours);

  bool began_ = false;
  bool connected_ = false;
  std::int64_t wrapped_ = 0;  ///< added to the source's ticks since they wrapped
  std::int64_t last_source_ = 0;
  Rational base_{1, 1};             ///< of the source's ticks
  std::int64_t anchor_source_ = 0;  ///< this tick of the source ...
  std::int64_t anchor_ours_ = 0;    ///< ... is this one of ours
  std::int64_t last_ours_ = 0;
  Clock::Monotonic last_arrival_;
  /// The newest frame of which the camera's clock is known.
  struct Told {
    std::int64_t ours;
    Clock::Wall captured;
    Clock::Monotonic arrival;
  };
  std::optional<Told> told_;
  bool by_clock_ = false;  ///< the connection lies by that clock, or has nothing to keep to
};

}  // namespace lyn
