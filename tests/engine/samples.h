#pragma once

#include <string>

namespace lyn {

/// A file of the source tree ("samples/car-detection.mp4").
inline std::string sample_path(const std::string& name) {
  return std::string(LYN_SOURCE_DIR) + "/" + name;
}

}  // namespace lyn
