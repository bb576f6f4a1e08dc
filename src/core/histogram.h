#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lyn {

/// Durations on a fixed logarithmic scale: 16 steps in each power of two, so a percentile is within
/// 1/32 of the truth. From 0 to 2^42 ns (73 minutes); longer ones count as that. 5 KiB, no
/// allocation. Any number of threads may add() while others read.
class Histogram {
 public:
  using Duration = std::chrono::nanoseconds;

  /// Costs one relaxed atomic add. Negative durations count as 0.
  void add(Duration duration) {
    const auto ns = duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
    counts_[bucket_of(ns)].fetch_add(1, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const auto& bucket : counts_) sum += bucket.load(std::memory_order_relaxed);
    return sum;
  }

  /// The duration that `percent` (0..100) of all values do not exceed (nearest rank); 0 when empty.
  [[nodiscard]] Duration percentile(double percent) const {
    const auto total = count();
    if (total == 0) return Duration{0};
    const double rank = percent / 100 * static_cast<double>(total);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i].load(std::memory_order_relaxed);
      if (seen > 0 && static_cast<double>(seen) >= rank) return Duration{static_cast<std::int64_t>(middle_of(i))};
    }
    return Duration{static_cast<std::int64_t>(middle_of(kBuckets - 1))};
  }

  [[nodiscard]] double percentile_ms(double percent) const {
    return std::chrono::duration<double, std::milli>(percentile(percent)).count();
  }

 private:
  static constexpr unsigned kStepBits = 4;
  static constexpr std::uint64_t kSteps = 1U << kStepBits;
  static constexpr unsigned kLongestBits = 42;
  static constexpr std::size_t kBuckets = (kLongestBits - kStepBits + 1) * kSteps;

  /// Exact below 16 ns; above, the exponent and the 4 bits behind the leading one.
  static constexpr std::size_t bucket_of(std::uint64_t ns) {
    if (ns >= 1ULL << kLongestBits) return kBuckets - 1;
    if (ns < kSteps) return static_cast<std::size_t>(ns);
    const auto shift = static_cast<unsigned>(std::bit_width(ns)) - 1 - kStepBits;
    return static_cast<std::size_t>((shift + 1) * kSteps + ((ns >> shift) - kSteps));
  }

  static constexpr std::uint64_t middle_of(std::size_t bucket) {
    if (bucket < kSteps) return bucket;
    const auto shift = static_cast<unsigned>(bucket / kSteps) - 1;
    const auto low = (kSteps + bucket % kSteps) << shift;
    return low + ((1ULL << shift) >> 1);
  }

  std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
};

}  // namespace lyn
