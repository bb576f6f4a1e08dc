#pragma once

namespace lyn {

/// Cores of the host that this process may run on, at least 1: fewer than the machine has where it is held to some
/// (taskset, cpusets).
int usable_cores();

}  // namespace lyn
