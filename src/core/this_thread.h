#pragma once

#include <optional>
#include <vector>

namespace lyn {

/// Names the calling thread for debuggers and `top -H`; at most 15 characters are kept.
void name_this_thread(const char* name);

/// Lets others go first where processors are short: the calling thread gets half the share of a thread that did not
/// call this (three steps of nice(2), which on Linux is a thread's own). Nothing where the system forbids it.
void let_others_go_first();

/// Keeps the calling thread to `processors` as long as this lives; threads that it starts meanwhile, and theirs, are
/// kept to them for good. Those that the process may not use do not count; where none is left, nothing happens.
class KeptTo {
 public:
  explicit KeptTo(const std::vector<int>& processors);
  ~KeptTo();
  KeptTo(const KeptTo&) = delete;
  KeptTo& operator=(const KeptTo&) = delete;

 private:
  std::vector<int> before_;  ///< empty: nothing was changed
};

/// Those that the calling thread may run on, in rising order.
std::vector<int> processors_of_this_thread();

/// How many these are, at least 1: fewer than the machine has where the process is held to some (taskset, cpusets), or
/// may take the time of fewer only (cpu_quota()).
int usable_cores();

/// Of `processors`, those that a quota of so many cores' time can keep busy.
int cores_within(int processors, std::optional<double> quota);

/// Time of cores that may be used in a second: not rounded, for arithmetic of what there is room for.
double usable_core_time();

}  // namespace lyn
