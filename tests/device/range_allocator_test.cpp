#include "device/cpu/range_allocator.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace lyn {
namespace {

TEST(RangeAllocator, TakesTheLowestRangeThatFits) {
  RangeAllocator ranges(100);
  EXPECT_EQ(ranges.take(30), 0u);
  EXPECT_EQ(ranges.take(30), 30u);
  ranges.give_back(0, 30);
  EXPECT_EQ(ranges.take(40), 60u);
  EXPECT_EQ(ranges.take(30), 0u);
  EXPECT_EQ(ranges.take(1), std::nullopt);
}

TEST(RangeAllocator, JoinsNeighboursOnBothSides) {
  RangeAllocator ranges(90);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ranges.take(30));
  ranges.give_back(0, 30);
  ranges.give_back(60, 30);
  EXPECT_EQ(ranges.largest_free(), 30u);
  ranges.give_back(30, 30);
  EXPECT_EQ(ranges.largest_free(), 90u);
}

TEST(RangeAllocator, IsWholeAgainAfterAnyOrder) {
  std::mt19937 random(1);
  RangeAllocator ranges(10'000);
  std::vector<std::pair<std::size_t, std::size_t>> taken;
  for (int i = 0; i < 2000; ++i) {
    const std::size_t bytes = 1 + random() % 300;
    if (const auto offset = ranges.take(bytes)) {
      taken.emplace_back(*offset, bytes);
    } else {
      const std::size_t k = random() % taken.size();
      ranges.give_back(taken[k].first, taken[k].second);
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  for (const auto& [offset, bytes] : taken) ranges.give_back(offset, bytes);
  EXPECT_EQ(ranges.largest_free(), 10'000u);
}

}  // namespace
}  // namespace lyn
