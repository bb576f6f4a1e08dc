#pragma once

#include <optional>
#include <string>

#include "device/gauge.h"
#include "engine/run/summary.h"

namespace lyn {

/// A device whose clocks are held down, from one reading a second: what the summary says of it, and when it is worth a
/// line in the log. On one thread.
class ThrottleWatch {
 public:
  /// So many readings in a row make it a state, and end it: clocks dip for a moment without harm.
  static constexpr int kReadings = 5;

  /// The line, where the state begins or ends.
  std::optional<std::string> seen(const GaugeReading& reading);
  [[nodiscard]] const Throttling& so_far() const { return so_far_; }

 private:
  Throttling so_far_;
  int in_a_row_ = 0;  ///< readings that speak against the state
};

}  // namespace lyn
