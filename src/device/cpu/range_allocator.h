#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace lyn {

/// Hands out ranges of [0, size) by first fit and joins what comes back, for which it needs no memory: what it takes
/// to remember a range that comes back is set aside when it goes out. Not thread-safe.
/// Sizes are multiples of the caller's page; nothing is rounded here.
class RangeAllocator {
 public:
  explicit RangeAllocator(std::size_t size) { free_.emplace(0, size); }

  /// The lowest offset with room for `bytes`; nullopt when there is none.
  std::optional<std::size_t> take(std::size_t bytes);
  void give_back(std::size_t offset, std::size_t bytes) noexcept;
  [[nodiscard]] std::size_t largest_free() const;

 private:
  using Ranges = std::map<std::size_t, std::size_t>;

  Ranges free_;                           ///< offset to length; no two touch
  std::vector<Ranges::node_type> spare_;  ///< one a range that is out, at least; with room for every node
  std::size_t taken_ = 0;
};

}  // namespace lyn
