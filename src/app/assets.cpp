#include "app/assets.h"

#include <system_error>

#include "stages/infer/model_card.h"

namespace lyn {

namespace fs = std::filesystem;

std::optional<fs::path> find_asset(const std::string& name) {
  std::error_code ignored;
  if (fs::exists(name, ignored)) return fs::path(name);
  fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path installed = folder.parent_path() / "share" / "lynceus" / name;
  if (fs::exists(installed, ignored)) return installed;
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return std::nullopt;
}

std::vector<std::string> coco_names() {
  const auto path = find_asset("models/coco.names");
  if (!path) return {};
  auto labels = read_label_file(path->string());
  return labels ? *labels : std::vector<std::string>();
}

}  // namespace lyn
