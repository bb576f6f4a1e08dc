#include "core/this_thread.h"

#include <pthread.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace lyn {

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

}  // namespace lyn
