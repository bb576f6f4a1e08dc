#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace lyn {

/// Pictures larger than this are refused before memory is taken for them.
constexpr int kMostPixelsAcross = 16'384;
constexpr std::int64_t kMostPixels = 8192LL * 8192 * 2;

/// True for sizes that are positive and within the limits above.
inline bool is_sane_size(int width, int height) {
  return width > 0 && height > 0 && width <= kMostPixelsAcross && height <= kMostPixelsAcross &&
         std::int64_t{width} * height <= kMostPixels;
}

/// What is said of a size beyond the limits. `shown`: the source, passwords hidden.
inline Error refuse_size(const std::string& shown, int width, int height) {
  return {ErrorKind::source,
          shown + ": pictures of " + std::to_string(width) + "x" + std::to_string(height) + " are refused",
          "at most " + std::to_string(kMostPixelsAcross) + " pixels across and " +
              std::to_string(kMostPixels / 1'000'000) + " megapixels are read",
          SourceFault::limit};
}

}  // namespace lyn
