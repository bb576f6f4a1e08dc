#include "core/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace lyn {

namespace {

/// Of version 2 the file has one line, "0::/the/group"; lines of version 1 have names between the colons.
std::optional<std::filesystem::path> own_group(const std::filesystem::path& own) {
  std::ifstream file(own);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(4);
  }
  return std::nullopt;
}

/// "150000 100000": microseconds of each period; "max 100000": no bound. The root has no such file.
std::optional<double> quota_of(const std::filesystem::path& group) {
  std::ifstream file(group / "cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

}  // namespace

std::optional<double> cpu_quota(const std::filesystem::path& groups, const std::filesystem::path& own) {
  auto group = own_group(own);
  if (!group) return std::nullopt;
  std::optional<double> least;
  for (;;) {
    if (const auto quota = quota_of(groups / *group)) least = std::min(*quota, least.value_or(*quota));
    if (group->empty()) return least;
    group = group->parent_path();
  }
}

}  // namespace lyn
