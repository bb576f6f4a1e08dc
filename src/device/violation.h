#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "core/stack_trace.h"

namespace lyn {

/// Promises that can be broken at run time. Each is counted and reported with lane, stage and call
/// stack (DESIGN 8); what follows is the owner's choice (`--strict` ends the run).
class ViolationLog {
 public:
  /// `on_violation` is called once a violation, on the thread that caused it; may be empty.
  explicit ViolationLog(std::function<void(const std::string& what)> on_violation = {});
  /// Counts, logs `what` with lane, stage and stack (the stack for the first 10).
  void report(const std::string& what);
  /// The same for a violation that shows later: its stack and place() as they were when it happened.
  void report(const std::string& what, const StackTrace& stack, const std::string& place);
  /// " in lane gate, stage infer": where this thread is at work.
  static std::string place();
  [[nodiscard]] std::uint64_t count() const;

 private:
  std::function<void(const std::string&)> on_violation_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace lyn
