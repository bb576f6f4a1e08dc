#include "engine/devices/usable_cores.h"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace lyn {

int usable_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // Fails on machines with more cores than the set holds.
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace lyn
