#pragma once

#include <atomic>
#include <chrono>
#include <limits>
#include <stop_token>

#include "core/clock.h"

namespace lyn {

/// Ends libavformat's waits: when the owner asks, or when a deadline on the monotonic clock passes.
/// libavformat calls should_stop() at least ten times a second while it waits for the network, and
/// before each read of a file.
class Watch {
 public:
  enum class Verdict { go_on, interrupted, late };

  explicit Watch(std::stop_token stop, const Clock& clock = system_clock()) : stop_(std::move(stop)), clock_(clock) {}

  /// From any thread; for ever.
  void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }
  /// From the owner's thread: what follows may take this long.
  void allow(std::chrono::milliseconds span) { deadline_ = clock_.now() + span; }
  void allow_for_ever() { deadline_ = Clock::Monotonic::max(); }

  [[nodiscard]] Verdict verdict() const {
    if (interrupted_.load(std::memory_order_relaxed) || stop_.stop_requested()) return Verdict::interrupted;
    if (deadline_ != Clock::Monotonic::max() && clock_.now() >= deadline_) return Verdict::late;
    return Verdict::go_on;
  }

  /// For AVIOInterruptCB; `self` is a Watch.
  static int should_stop(void* self) { return static_cast<Watch*>(self)->verdict() == Verdict::go_on ? 0 : 1; }

 private:
  std::stop_token stop_;
  const Clock& clock_;
  std::atomic<bool> interrupted_{false};
  Clock::Monotonic deadline_ = Clock::Monotonic::max();
};

}  // namespace lyn
