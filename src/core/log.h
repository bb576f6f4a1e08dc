#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace lyn::log {

/// Logs are for operators: one event, one line, cause and next step, on stderr.
/// A line costs the caller a bounded-queue push; when the queue is full the oldest line is dropped
/// and counted. A background thread formats and writes. Secrets in URLs are hidden by the writer.
enum class Level { debug, info, warning, error };

/// Starts the writer. Call once from main; without it lines go to stderr at once, from info up (tests).
void start(Level lowest);
/// Writes what is queued, says how many lines were dropped, and stops the writer. Safe to call twice.
void stop();

void debug(std::string line);
void info(std::string line);
void warning(std::string line);
void error(std::string line);

/// At most one line a `period` for this object; the next one says how many were held back.
/// Make it a member of what logs, one per kind of event. Thread-safe. allow() costs a clock reading
/// and one atomic operation when the line is suppressed, and formats nothing.
class RateLimit {
 public:
  explicit RateLimit(std::chrono::milliseconds period = std::chrono::seconds(1), const Clock& clock = system_clock());
  /// True when the caller may log now; then `held_back()` is how many were suppressed since.
  bool allow();
  [[nodiscard]] long held_back() const { return reported_.load(std::memory_order_relaxed); }

 private:
  const Clock* clock_;
  const long long period_ns_;
  std::atomic<long long> next_ns_;
  std::atomic<long> suppressed_{0};
  std::atomic<long> reported_{0};
};

}  // namespace lyn::log
