#include "core/stage_stats.h"

#include <ctime>

namespace lyn {

namespace {

std::chrono::nanoseconds thread_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

StageSummary StageMeter::summary() const {
  StageSummary result;
  result.name = name_;
  result.count = wall_.count();
  if (result.count == 0) return result;
  const std::chrono::duration<double, std::milli> cpu =
      std::chrono::nanoseconds(cpu_ns_.load(std::memory_order_relaxed));
  result.cpu_ms = cpu.count() / static_cast<double>(result.count);
  result.p50_ms = wall_.percentile_ms(50);
  result.p95_ms = wall_.percentile_ms(95);
  result.p99_ms = wall_.percentile_ms(99);
  return result;
}

StageTimer::StageTimer(StageMeter& meter, const Clock& clock)
    : meter_(meter), clock_(clock), began_(clock.now()), cpu_began_(thread_cpu_time()) {}

StageTimer::~StageTimer() {
  meter_.record(clock_.now() - began_, thread_cpu_time() - cpu_began_);
}

CpuTimer::CpuTimer(std::chrono::nanoseconds* sum) : sum_(sum) {
  if (sum_ != nullptr) began_ = thread_cpu_time();
}

CpuTimer::~CpuTimer() {
  if (sum_ != nullptr) *sum_ += thread_cpu_time() - began_;
}

StageMeter* StageStats::find(std::string_view name) const {
  const auto known = known_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < known; ++i) {
    if (meters_[i]->name() == name) return meters_[i].get();
  }
  return known == kMost ? meters_.back().get() : nullptr;
}

StageMeter& StageStats::stage(std::string_view name) {
  if (StageMeter* known = find(name)) return *known;
  return add(name);
}

StageMeter& StageStats::add(std::string_view name) {
  std::lock_guard lock(adding_);
  if (StageMeter* known = find(name)) return *known;
  const auto next = known_.load(std::memory_order_relaxed);
  meters_[next] = std::make_unique<StageMeter>(next + 1 == kMost ? "other" : std::string(name));
  known_.store(next + 1, std::memory_order_release);
  return *meters_[next];
}

std::vector<StageSummary> StageStats::summaries() const {
  std::vector<StageSummary> result;
  const auto known = known_.load(std::memory_order_acquire);
  result.reserve(known);
  for (std::size_t i = 0; i < known; ++i) result.push_back(meters_[i]->summary());
  return result;
}

}  // namespace lyn
