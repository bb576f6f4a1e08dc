#include "stages/track/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace lyn::track {
namespace {

using testing::ElementsAre;

/// What a pairing costs where each row and column left apart costs half the limit.
double total(const std::vector<float>& costs, std::span<const int> pairs, std::size_t columns, double limit) {
  double sum = 0;
  for (std::size_t row = 0; row < pairs.size(); ++row) {
    if (pairs[row] >= 0) sum += double{costs[row * columns + static_cast<std::size_t>(pairs[row])]} - limit;
  }
  return sum;
}

/// The least total by trying everything.
double least_total(const std::vector<float>& costs, std::size_t row, std::size_t rows, std::size_t columns,
                   std::vector<char>& taken, double limit) {
  if (row == rows) return 0;
  double best = least_total(costs, row + 1, rows, columns, taken, limit);
  for (std::size_t c = 0; c < columns; ++c) {
    if (taken[c] != 0) continue;
    taken[c] = 1;
    best = std::min(
        best, double{costs[row * columns + c]} - limit + least_total(costs, row + 1, rows, columns, taken, limit));
    taken[c] = 0;
  }
  return best;
}

TEST(Assignment, TakesTheLeastTotalWhereGreedyWouldNot) {
  const std::vector<float> costs = {0.1F, 0.2F,  //
                                    0.2F, 0.9F};
  Assignment assignment;
  const auto pairs = assignment.solve(costs, 2, 2, 0.95F);
  EXPECT_THAT(std::vector<int>(pairs.begin(), pairs.end()), ElementsAre(1, 0));
}

TEST(Assignment, LeavesPairsAtOrAboveTheLimitApart) {
  const std::vector<float> costs = {0.5F, 0.9F};
  Assignment assignment;
  EXPECT_THAT(assignment.solve(costs, 2, 1, 0.5F), ElementsAre(Assignment::kNone, Assignment::kNone));
  EXPECT_THAT(assignment.solve(costs, 2, 1, 0.6F), ElementsAre(0, Assignment::kNone));
}

TEST(Assignment, AnswersForEmptySides) {
  Assignment assignment;
  EXPECT_TRUE(assignment.solve({}, 0, 3, 0.8F).empty());
  EXPECT_THAT(assignment.solve({}, 2, 0, 0.8F), ElementsAre(Assignment::kNone, Assignment::kNone));
}

TEST(Assignment, EqualsExhaustiveSearchOnRandomCosts) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> cost(0.0F, 1.0F);
  std::uniform_int_distribution<std::size_t> size(1, 6);
  Assignment assignment;
  for (int round = 0; round < 400; ++round) {
    const std::size_t rows = size(random);
    const std::size_t columns = size(random);
    std::vector<float> costs(rows * columns);
    for (float& value : costs) value = cost(random);
    const float limit = cost(random);
    const auto pairs = assignment.solve(costs, rows, columns, limit);
    std::vector<char> taken(columns, 0);
    EXPECT_NEAR(total(costs, pairs, columns, double{limit}), least_total(costs, 0, rows, columns, taken, double{limit}),
                1e-9)
        << "round " << round;
    std::vector<int> used(pairs.begin(), pairs.end());
    std::erase(used, Assignment::kNone);
    std::ranges::sort(used);
    EXPECT_EQ(std::ranges::adjacent_find(used), used.end()) << "a column was given twice";
  }
}

}  // namespace
}  // namespace lyn::track
