#include "device/cpu/host_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>

namespace lyn {

namespace {

/// The number behind `key` in a file of "key value" lines; with an empty key the file's first word.
std::optional<std::uint64_t> number_in(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  while (!key.empty() && word != key) {
    if (!(file >> word)) return std::nullopt;
  }
  if (!(file >> word)) return std::nullopt;
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;  // "max": no limit
  return value;
}

struct GroupFiles {
  const char* limit;
  const char* usage;
  const char* inactive;
  const char* active;
};

constexpr GroupFiles kV2{"/memory.max", "/memory.current", "inactive_file", "active_file"};
constexpr GroupFiles kV1{"/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file",
                         "total_active_file"};

/// Cached file pages count as usage, but go when memory is wanted.
void apply_group(const std::string& folder, const GroupFiles& files, MemoryInfo& info) {
  const auto limit = number_in(folder + files.limit, "");
  const auto usage = number_in(folder + files.usage, "");
  if (!limit || !usage || *limit >= info.total_bytes) return;
  const auto cached = number_in(folder + "/memory.stat", files.inactive).value_or(0) +
                      number_in(folder + "/memory.stat", files.active).value_or(0);
  const auto held = *usage - std::min(*usage, cached);
  info.total_bytes = *limit;
  info.free_bytes = std::min(info.free_bytes, *limit - std::min(*limit, held));
}

/// Applies the limits of a group and of all above it.
void apply_groups(const std::string& root, std::string group, const GroupFiles& files, MemoryInfo& info) {
  for (;;) {
    apply_group(root + (group == "/" ? "" : group), files, info);
    if (group.empty() || group == "/") return;
    group.resize(group.rfind('/'));
  }
}

}  // namespace

MemoryInfo host_memory() {
  MemoryInfo info;
  info.free_bytes = number_in("/proc/meminfo", "MemAvailable:").value_or(0) * 1024;
  info.total_bytes = number_in("/proc/meminfo", "MemTotal:").value_or(0) * 1024;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b" (v2) or "5:memory:/a/b" (v1)
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty()) apply_groups("/sys/fs/cgroup", line.substr(second + 1), kV2, info);
    if (controllers == "memory") apply_groups("/sys/fs/cgroup/memory", line.substr(second + 1), kV1, info);
  }
  return info;
}

}  // namespace lyn
