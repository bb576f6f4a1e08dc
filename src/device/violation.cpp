#include "device/violation.h"

#include <utility>

#include "core/log.h"
#include "device/scope.h"

namespace lyn {

namespace {

constexpr std::uint64_t kStacksShown = 10;

}  // namespace

ViolationLog::ViolationLog(std::function<void(const std::string& what)> on_violation)
    : on_violation_(std::move(on_violation)) {
  prepare_stack_traces();
}

std::string ViolationLog::place() {
  const std::string lane = StageScope::lane();
  const std::string stage = StageScope::stage();
  return " in lane " + (lane.empty() ? "-" : lane) + ", stage " + (stage.empty() ? "-" : stage);
}

void ViolationLog::report(const std::string& what) {
  report(what, capture_stack(), place());
}

void ViolationLog::report(const std::string& what, const StackTrace& stack, const std::string& place) {
  const auto before = count_.fetch_add(1, std::memory_order_relaxed);
  log::error("violation: " + what + place);
  if (before < kStacksShown) {
    for (auto& line : describe(stack)) log::error(std::move(line));
  }
  if (on_violation_) on_violation_(what);
}

std::uint64_t ViolationLog::count() const {
  return count_.load(std::memory_order_relaxed);
}

}  // namespace lyn
