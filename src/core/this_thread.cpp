#include "core/this_thread.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <thread>

#include "core/cpu_quota.h"

namespace lyn {

namespace {

bool keep_to(const std::vector<int>& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int processor : processors) CPU_SET(static_cast<std::size_t>(processor), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;  // 0: the calling thread
}

}  // namespace

void name_this_thread(const char* name) {
  char shortened[16] = {};
  std::strncpy(shortened, name, sizeof shortened - 1);
  pthread_setname_np(pthread_self(), shortened);
}

void let_others_go_first() {
  constexpr int kSteps = 3;
  errno = 0;
  const int now = getpriority(PRIO_PROCESS, 0);  // 0: the calling thread, on Linux
  if (errno == 0) (void)setpriority(PRIO_PROCESS, 0, now + kSteps);
}

std::vector<int> processors_of_this_thread() {
  cpu_set_t set;
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return processors;  // a kernel with more than CPU_SETSIZE of them
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(static_cast<std::size_t>(i), &set)) processors.push_back(i);
  }
  return processors;
}

namespace {

int processors() {
  const auto mine = processors_of_this_thread().size();
  return static_cast<int>(mine > 0 ? mine : std::max<std::size_t>(1, std::thread::hardware_concurrency()));
}

}  // namespace

int cores_within(int processors, std::optional<double> quota) {
  if (!quota || *quota >= processors) return processors;
  return std::max(1, static_cast<int>(std::ceil(*quota)));
}

int usable_cores() {
  return cores_within(processors(), cpu_quota());
}

double usable_core_time() {
  const double all = processors();
  return std::min(all, cpu_quota().value_or(all));
}

KeptTo::KeptTo(const std::vector<int>& processors) {
  if (processors.empty()) return;
  auto may = processors_of_this_thread();
  std::vector<int> kept;
  std::ranges::copy_if(may, std::back_inserter(kept),
                       [&](int one) { return std::ranges::find(processors, one) != processors.end(); });
  if (!kept.empty() && kept != may && keep_to(kept)) before_ = std::move(may);
}

KeptTo::~KeptTo() {
  if (!before_.empty()) (void)keep_to(before_);
}

}  // namespace lyn
