#include "device/cpu/range_allocator.h"

#include <algorithm>
#include <iterator>

namespace lyn {

std::optional<std::size_t> RangeAllocator::take(std::size_t bytes) {
  const auto fit = std::find_if(free_.begin(), free_.end(), [&](const auto& range) { return range.second >= bytes; });
  if (fit == free_.end()) return std::nullopt;
  if (spare_.size() <= taken_) {
    spare_.reserve(spare_.size() + free_.size() + 2);  // all nodes that there are, and the new one
    Ranges one{{0, 0}};
    spare_.push_back(one.extract(one.begin()));
  }
  ++taken_;
  const auto next = std::next(fit);
  auto range = free_.extract(fit);
  const std::size_t offset = range.key();
  if (range.mapped() > bytes) {
    range.key() += bytes;
    range.mapped() -= bytes;
    free_.insert(next, std::move(range));
  } else {
    spare_.push_back(std::move(range));
  }
  return offset;
}

void RangeAllocator::give_back(std::size_t offset, std::size_t bytes) noexcept {
  --taken_;
  auto next = free_.lower_bound(offset);
  if (next != free_.end() && offset + bytes == next->first) {
    bytes += next->second;
    spare_.push_back(free_.extract(next++));
  }
  if (next != free_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == offset) {
      before->second += bytes;
      return;
    }
  }
  auto range = std::move(spare_.back());
  spare_.pop_back();
  range.key() = offset;
  range.mapped() = bytes;
  free_.insert(next, std::move(range));
}

std::size_t RangeAllocator::largest_free() const {
  std::size_t largest = 0;
  for (const auto& [offset, length] : free_) largest = std::max(largest, length);
  return largest;
}

}  // namespace lyn
