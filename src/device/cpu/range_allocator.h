#pragma once

#include <cstddef>
#include <map>
#include <optional>

namespace lyn {

/// Hands out ranges of [0, size) by first fit and joins what comes back. Not thread-safe.
/// Sizes are multiples of the caller's page; nothing is rounded here.
class RangeAllocator {
 public:
  explicit RangeAllocator(std::size_t size) { free_.emplace(0, size); }

  /// The lowest offset with room for `bytes`; nullopt when there is none.
  std::optional<std::size_t> take(std::size_t bytes);
  void give_back(std::size_t offset, std::size_t bytes);
  [[nodiscard]] std::size_t largest_free() const;

 private:
  std::map<std::size_t, std::size_t> free_;  ///< offset to length; no two touch
};

}  // namespace lyn
