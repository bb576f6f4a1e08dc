#include "engine/segment.h"

#include <filesystem>
#include <system_error>

namespace lyn {

std::string free_segment(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path first(path);
  if (!fs::is_regular_file(first, ignored) && !fs::is_directory(first, ignored)) return path;
  for (int number = 2;; ++number) {
    const fs::path next =
        first.parent_path() / (first.stem().string() + "-" + std::to_string(number) + first.extension().string());
    if (!fs::exists(fs::symlink_status(next, ignored))) return next.string();
  }
}

}  // namespace lyn
