#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/histogram.h"

namespace lyn {

/// One stage as the summary prints it (DESIGN 6). Times are of one call.
struct StageSummary {
  std::string name;
  std::uint64_t count = 0;
  double cpu_ms = 0;  ///< mean CPU time of the calling thread
  double p50_ms = 0;  ///< wall time
  double p95_ms = 0;
  double p99_ms = 0;
};

/// What one stage costs, always measured. record() is two relaxed atomic adds: no lock, any thread.
class StageMeter {
 public:
  explicit StageMeter(std::string name) : name_(std::move(name)) {}

  void record(std::chrono::nanoseconds wall, std::chrono::nanoseconds cpu) {
    wall_.add(wall);
    cpu_ns_.fetch_add(cpu.count(), std::memory_order_relaxed);
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] StageSummary summary() const;

 private:
  std::string name_;
  Histogram wall_;
  std::atomic<std::int64_t> cpu_ns_{0};
};

/// Measures from its birth to its end on one thread, and records. Costs two clock readings each.
class StageTimer {
 public:
  explicit StageTimer(StageMeter& meter, const Clock& clock = system_clock());
  ~StageTimer();
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  StageMeter& meter_;
  const Clock& clock_;
  Clock::Monotonic began_;
  std::chrono::nanoseconds cpu_began_;
};

/// Adds the CPU time of the calling thread from its birth to its end; nothing where there is no sum.
class CpuTimer {
 public:
  explicit CpuTimer(std::chrono::nanoseconds* sum);
  ~CpuTimer();
  CpuTimer(const CpuTimer&) = delete;
  CpuTimer& operator=(const CpuTimer&) = delete;

 private:
  std::chrono::nanoseconds* sum_;
  std::chrono::nanoseconds began_{};
};

/// The stages of one run, in the order in which they first appeared. Thread-safe.
class StageStats {
 public:
  /// The meter of a stage, made at the first call; valid as long as this object. Finding one takes no
  /// lock and allocates nothing. Stages beyond kMost share the last meter, "other".
  StageMeter& stage(std::string_view name);
  [[nodiscard]] std::vector<StageSummary> summaries() const;

  static constexpr std::size_t kMost = 24;

 private:
  StageMeter* find(std::string_view name) const;
  StageMeter& add(std::string_view name);

  /// Filled from the front and never changed after; `known_` says how far.
  std::array<std::unique_ptr<StageMeter>, kMost> meters_;
  std::atomic<std::size_t> known_{0};
  std::mutex adding_;
};

}  // namespace lyn
