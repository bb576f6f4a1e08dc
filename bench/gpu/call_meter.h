#pragma once

#include <time.h>

#include <array>
#include <cstdint>
#include <utility>

namespace lyn::bench {

/// What is measured on the way of a frame.
enum Call { kParse, kDecode, kMap, kStatus, kRecord, kWait, kUnmap, kSleep, kCalls };
constexpr const char* kNames[kCalls] = {"parse", "decode", "map", "status", "record", "wait", "unmap", "sleep"};

struct Cost {
  std::uint64_t calls = 0;
  double cpu = 0, wall = 0;
};
using Costs = std::array<Cost, kCalls>;

inline double now_of(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Adds what passes until its end to one call's cost; a nested one is taken out of the outer one.
class Meter {
 public:
  Meter(Costs& costs, Call call) : costs_(costs), call_(call), outer_(std::exchange(inner_, this)) {}
  ~Meter() {
    const double cpu = now_of(CLOCK_THREAD_CPUTIME_ID) - cpu_;
    const double wall = now_of(CLOCK_MONOTONIC) - wall_;
    costs_[call_].calls += 1;
    costs_[call_].cpu += cpu - nested_cpu_;
    costs_[call_].wall += wall - nested_wall_;
    inner_ = outer_;
    if (outer_ != nullptr) {
      outer_->nested_cpu_ += cpu;
      outer_->nested_wall_ += wall;
    }
  }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

 private:
  Costs& costs_;
  Call call_;
  Meter* outer_;
  double cpu_ = now_of(CLOCK_THREAD_CPUTIME_ID), wall_ = now_of(CLOCK_MONOTONIC);
  double nested_cpu_ = 0, nested_wall_ = 0;
  inline static thread_local Meter* inner_ = nullptr;
};

}  // namespace lyn::bench
