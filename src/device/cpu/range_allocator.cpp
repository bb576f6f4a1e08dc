#include "device/cpu/range_allocator.h"

#include <algorithm>
#include <iterator>

namespace lyn {

std::optional<std::size_t> RangeAllocator::take(std::size_t bytes) {
  const auto fit = std::find_if(free_.begin(), free_.end(), [&](const auto& range) { return range.second >= bytes; });
  if (fit == free_.end()) return std::nullopt;
  const auto [offset, length] = *fit;
  const auto next = free_.erase(fit);
  if (length > bytes) free_.emplace_hint(next, offset + bytes, length - bytes);
  return offset;
}

void RangeAllocator::give_back(std::size_t offset, std::size_t bytes) {
  auto next = free_.lower_bound(offset);
  if (next != free_.end() && offset + bytes == next->first) {
    bytes += next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == offset) {
      before->second += bytes;
      return;
    }
  }
  free_.emplace_hint(next, offset, bytes);
}

std::size_t RangeAllocator::largest_free() const {
  std::size_t largest = 0;
  for (const auto& [offset, length] : free_) largest = std::max(largest, length);
  return largest;
}

}  // namespace lyn
