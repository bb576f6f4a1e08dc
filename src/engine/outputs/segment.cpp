#include "engine/outputs/segment.h"

#include <filesystem>
#include <system_error>

namespace lyn {

std::string free_segment(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path first(path);
  if (!fs::is_regular_file(first, ignored) && !fs::is_directory(first, ignored)) return path;
  return first_free(path, [&](const std::string& name) { return fs::exists(fs::symlink_status(name, ignored)); });
}

std::string first_free(const std::string& path, const std::function<bool(const std::string&)>& taken) {
  const std::filesystem::path first(path);
  std::string name = path;
  for (int number = 2; taken(name); ++number) {
    name = (first.parent_path() / (first.stem().string() + "-" + std::to_string(number) + first.extension().string()))
               .string();
  }
  return name;
}

}  // namespace lyn
