#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "engine/run/tally.h"

namespace lyn {

/// One output of a live camera that may be out of order for a while: the disk is full, its folder gone. It pauses, is
/// tried again after a second, later every eight, and goes on when that works; what it left out is counted. Each
/// change is one line in the log. One thread.
class OutputPause {
 public:
  struct Setup {
    std::string camera;
    std::string name;  ///< of the output in the configuration
    Tally& tally;
    const Clock& clock;
    /// So long it must have worked again before the pause is over: what is written in pieces fails with the next one.
    std::chrono::milliseconds settles{0};
  };
  explicit OutputPause(Setup setup) : setup_(std::move(setup)) {}

  /// Whether to write now: all is well, or it is time to try.
  [[nodiscard]] bool wants() const { return !paused_at_ || trying_at_ || setup_.clock.now() >= next_try_; }
  [[nodiscard]] bool paused() const { return paused_at_.has_value(); }
  /// Something could not be written, and is left out. An error that is not the output's own is given back.
  Status failed(const Error& error);
  /// Something was written.
  void worked();
  /// Something is left out without a try.
  void left_out();
  /// True once a second at most, and the first time: a file that is deleted takes what is written, and nobody sees it,
  /// so whether it is still there has to be looked at.
  bool look_is_due();

 private:
  static constexpr std::chrono::seconds kFirstWait{1};
  static constexpr std::chrono::seconds kLongestWait{8};
  static constexpr std::chrono::seconds kHealthy{60};  ///< after so long it is tried after a second again

  Setup setup_;
  std::chrono::seconds wait_ = kFirstWait;
  std::uint64_t left_out_ = 0;  ///< in this pause
  Clock::Monotonic next_try_{};
  Clock::Monotonic next_look_{};
  std::optional<Clock::Monotonic> paused_at_;
  std::optional<Clock::Monotonic> trying_at_;  ///< since when a try has been working
  std::optional<Clock::Monotonic> resumed_at_;
};

/// Whether an output to this place may wait for better times: a file or folder, or one that is not there. Not a pipe,
/// a device or standard output, whose reader went for good.
bool can_pause(const std::string& path);

/// Whether an output that could not even be begun there waits all the same: the folder is there and ours, so that it is
/// room that lacks. What was named wrongly ends the run at once instead.
bool begins_paused(const std::string& path);

}  // namespace lyn
