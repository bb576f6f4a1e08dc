#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lyn {

/// A file that ships with Lynceus ("models/yolox_nano.yaml", "samples/car-detection.mp4"): below the
/// working directory, beside an installed program (share/lynceus), or in the source tree it was built in.
std::optional<std::filesystem::path> find_asset(const std::string& name);

/// COCO's names of classes, where they are at hand.
std::vector<std::string> coco_names();

}  // namespace lyn
