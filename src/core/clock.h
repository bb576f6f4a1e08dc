#pragma once

#include <chrono>

namespace lyn {

/// Time as the pipeline sees it. Everything that measures, waits by deadline or paces takes one of
/// these, so that tests and replay bring their own. Nothing else may call std::chrono clocks.
class Clock {
 public:
  using Monotonic = std::chrono::steady_clock::time_point;
  using Wall = std::chrono::system_clock::time_point;

  virtual ~Clock() = default;
  /// Never steps; the only time that decisions depend on.
  virtual Monotonic now() const = 0;
  /// A label for people (UTC); may step at any moment.
  virtual Wall wall() const = 0;
};

/// The machine's own clock. Lives for the whole process.
const Clock& system_clock();

}  // namespace lyn
