#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "core/clock.h"
#include "engine/camera/overload.h"

namespace lyn {

/// Counts what a live camera's lane does and has its Overload judge it window by window. On the lane's thread.
class LoadWatch {
 public:
  using Time = Clock::Monotonic;
  using Span = LoadWindow::Span;

  LoadWatch(const ObjectiveConfig& objective, Overload overload)
      : latency_(objective.latency), overload_(std::move(overload)) {}

  void packet() { ++window_.packets; }
  void packets_lost(std::uint64_t count) {
    window_.packets += count;
    window_.packets_lost += count;
  }
  void decoded(bool wanted) {
    ++window_.decoded;
    if (wanted) ++window_.wanted;
  }
  void unserved() { ++window_.unserved; }
  void processed(Time arrival, Time decoded, Time answered, Time now) {
    const Span latency = now - arrival;
    ++window_.processed;
    if (latency > latency_) ++window_.late;
    if (latency * 5 > latency_ * 4) ++window_.close;
    window_.latency += latency;
    window_.in_model += answered - decoded;
  }

  /// The lane's own work, from its birth to its end; nothing without a watch.
  class Work {
   public:
    Work(LoadWatch* watch, Span LoadWindow::*sum, const Clock& clock)
        : sum_(watch == nullptr ? nullptr : &(watch->window_.*sum)), clock_(clock) {
      if (sum_ != nullptr) began_ = clock.now();
    }
    ~Work() {
      if (sum_ != nullptr) *sum_ += clock_.now() - began_;
    }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    Span* sum_;
    const Clock& clock_;
    Time began_;
  };

  /// True once a window is over; then end_window() says what it means.
  [[nodiscard]] bool window_over(Time now) {
    if (!began_) began_ = now;
    return now - *began_ >= overload_.window();
  }
  std::optional<Overload::Change> end_window(Time now, Span oldest, const Overload::ModelWords& model) {
    window_.length = now - *began_;
    window_.oldest = oldest;
    const LoadWindow over = std::exchange(window_, {});
    began_ = now;
    return overload_.judge(over, model);
  }
  /// The camera was lost.
  void reset() {
    window_ = {};
    began_.reset();
    overload_.reset();
  }

  [[nodiscard]] Overload& overload() { return overload_; }
  [[nodiscard]] const Overload& overload() const { return overload_; }

 private:
  const Span latency_;
  Overload overload_;
  LoadWindow window_;
  std::optional<Time> began_;
};

}  // namespace lyn
