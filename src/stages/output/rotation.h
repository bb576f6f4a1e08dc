#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/result.h"

namespace lyn {

/// When a file of records begins anew, and how many full ones stay: F becomes F.1, F.1 becomes F.2, up to
/// F.<keep>, which goes.
struct Rotation {
  std::uint64_t size = 0;              ///< bytes that a file may hold; 0: any number. A longer line stands alone
  std::chrono::milliseconds every{0};  ///< age after which the next line begins a new file; 0: any age
  int keep = 5;                        ///< full files that stay, 0 to 999

  [[nodiscard]] bool wanted() const { return size > 0 || every.count() > 0; }
  bool operator==(const Rotation&) const = default;
};

/// Renames `path` and the full files beside it by one, so that `path` is free. Missing ones are no error.
/// Error kind `output`; then what could not be renamed is where it was.
Status shift_full_files(const std::string& path, int keep);

}  // namespace lyn
