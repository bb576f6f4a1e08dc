#pragma once

#include <array>
#include <string>
#include <vector>

namespace lyn {

/// Return addresses, innermost first. Taking one allocates nothing, so a signal handler may.
struct StackTrace {
  static constexpr int kMost = 64;
  std::array<void*, kMost> frames{};
  int depth = 0;
  bool first_is_exact = false;  ///< the first frame is the instruction itself, not a return address
};

/// Loads what capture_stack() needs, so that it allocates nothing later. Call once before a handler may run.
void prepare_stack_traces();

/// The caller's stack.
StackTrace capture_stack();
/// The stack below the instruction `pc`, as a signal handler sees it; all of it when `pc` is not on it.
StackTrace capture_stack_from(const void* pc);

/// One line a frame: "#2 lyn::decode(int)+0x1c (/usr/bin/lynceus+0x4f31c)": function by the module's
/// symbol table, then what addr2line takes. Each line ends with a newline. May allocate while it
/// undoes C++ names; otherwise for signal handlers.
void write_stack(int fd, const StackTrace& trace);
/// The same lines without newlines.
std::vector<std::string> describe(const StackTrace& trace);

}  // namespace lyn
