#include "device/violation.h"

#include <utility>

#include "core/log.h"
#include "core/stack_trace.h"
#include "device/scope.h"

namespace lyn {

namespace {

constexpr std::uint64_t kStacksShown = 10;

std::string place() {
  const std::string lane = StageScope::lane();
  const std::string stage = StageScope::stage();
  return " in lane " + (lane.empty() ? "-" : lane) + ", stage " + (stage.empty() ? "-" : stage);
}

}  // namespace

ViolationLog::ViolationLog(std::function<void(const std::string& what)> on_violation)
    : on_violation_(std::move(on_violation)) {
  prepare_stack_traces();
}

void ViolationLog::report(const std::string& what) {
  const auto before = count_.fetch_add(1, std::memory_order_relaxed);
  log::error("violation: " + what + place());
  if (before < kStacksShown) {
    for (auto& line : describe(capture_stack())) log::error(std::move(line));
  }
  if (on_violation_) on_violation_(what);
}

std::uint64_t ViolationLog::count() const {
  return count_.load(std::memory_order_relaxed);
}

}  // namespace lyn
