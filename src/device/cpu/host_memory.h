#pragma once

#include "device/device.h"

namespace lyn {

/// What this process may still use of the machine's memory: the least of what the system calls
/// available and what each control group (v1 or v2) above the process has left.
MemoryInfo host_memory();

}  // namespace lyn
