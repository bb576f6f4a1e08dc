#pragma once

#include <filesystem>
#include <optional>

namespace lyn {

/// How many cores' time this process may take, where a control group (cgroup v2) bounds it: the least quota of its own
/// group and of those above, as `docker run --cpus 1.5` and a pod's limits set it. Nullopt: none does. `groups` is
/// where the kernel shows them, `own` the file that says which is the process's.
std::optional<double> cpu_quota(const std::filesystem::path& groups = "/sys/fs/cgroup",
                                const std::filesystem::path& own = "/proc/self/cgroup");

}  // namespace lyn
