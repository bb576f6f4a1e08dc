#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lyn {

/// A file that ships with Lynceus ("models/yolox_nano.yaml", "samples/car-detection.mp4"): below the
/// working directory, beside an installed program (share/lynceus), or in the source tree it was built in.
std::optional<std::filesystem::path> find_asset(const std::string& name);

}  // namespace lyn
