#pragma once

#include <bit>
#include <cstddef>

namespace lyn {

/// Leases come in classes: multiples of 512 bytes up to 4 KiB, then 8 steps in each power of two, so
/// that at most an eighth is lost to rounding and blocks of like size serve each other.
constexpr std::size_t kLeaseAlignment = 512;
constexpr unsigned kSizeSteps = 8;
constexpr std::size_t kLargestLease = std::size_t{1} << 46;
constexpr unsigned kSizeClasses = kSizeSteps * (46 - 12 + 1);

/// The smallest class that holds `bytes` (at most kLargestLease).
constexpr unsigned size_class_of(std::size_t bytes) {
  const std::size_t units = bytes == 0 ? 1 : (bytes + kLeaseAlignment - 1) / kLeaseAlignment;
  if (units <= kSizeSteps) return static_cast<unsigned>(units - 1);
  const auto power = static_cast<unsigned>(std::bit_width(units - 1)) - 1;  // 2^power < units <= 2^(power+1)
  const auto steps = ((units - 1) >> (power - 3)) - kSizeSteps;
  return kSizeSteps * (power - 2) + static_cast<unsigned>(steps);
}

constexpr std::size_t bytes_of_class(unsigned size_class) {
  if (size_class < kSizeSteps) return (size_class + 1) * kLeaseAlignment;
  const unsigned shift = size_class / kSizeSteps - 1;
  return (std::size_t{kSizeSteps} + size_class % kSizeSteps + 1) * kLeaseAlignment << shift;
}

static_assert(bytes_of_class(size_class_of(1)) == 512 && bytes_of_class(size_class_of(4096)) == 4096);
static_assert(bytes_of_class(size_class_of(4097)) == 4608 && bytes_of_class(size_class_of(8192)) == 8192);
static_assert(bytes_of_class(size_class_of(8193)) == 9216 && bytes_of_class(size_class_of(3'110'400)) == 3'145'728);
static_assert(size_class_of(kLargestLease) == kSizeClasses - 1 && bytes_of_class(kSizeClasses - 1) == kLargestLease);

}  // namespace lyn
