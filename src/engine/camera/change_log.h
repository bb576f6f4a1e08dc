#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/clock.h"
#include "engine/camera/supervisor.h"

namespace lyn {

/// What the log says of a camera's changes: each once with its cause. Of an outage that goes on, what was said
/// already is held back and said again once a minute at most.
class ChangeLog {
 public:
  static constexpr std::chrono::seconds kAgainAfter{60};

  /// The line for this change, without the camera's name; nullopt: nothing new.
  std::optional<std::string> line_for(const Supervisor::Change& change, Clock::Monotonic now);

 private:
  std::optional<Clock::Monotonic> trouble_since_;
  std::string said_;  ///< the last trouble that was written
  Clock::Monotonic said_at_{};
  int held_back_ = 0;
};

}  // namespace lyn
