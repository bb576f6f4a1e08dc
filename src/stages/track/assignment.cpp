#include "stages/track/assignment.h"

#include <algorithm>
#include <limits>

namespace lyn::track {
namespace {

constexpr std::size_t kFree = std::numeric_limits<std::size_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

/// Keeps rows and columns that have a pair below the limit, and what each such pair gains.
void Assignment::select(std::span<const float> costs, std::size_t rows, std::size_t columns, float limit) {
  rows_.clear();
  columns_.clear();
  for (std::size_t r = 0; r < rows; ++r) {
    const auto row = costs.subspan(r * columns, columns);
    if (std::ranges::any_of(row, [limit](float cost) { return cost < limit; })) rows_.push_back(r);
  }
  for (std::size_t c = 0; c < columns; ++c) {
    if (std::ranges::any_of(rows_, [&](std::size_t r) { return costs[r * columns + c] < limit; }))
      columns_.push_back(c);
  }
  gains_.clear();
  for (const std::size_t r : rows_) {
    for (const std::size_t c : columns_) {
      gains_.push_back(std::min(0.0, double{costs[r * columns + c]} - double{limit}));
    }
  }
}

/// The cheapest next column from those visited; lowers potentials so that a step there costs nothing.
std::size_t Assignment::settle(std::size_t column) {
  const std::size_t row = row_of_[column];
  double least = kInfinity;
  std::size_t next = kFree;
  for (std::size_t c = 0; c + 1 < row_of_.size(); ++c) {
    if (visited_[c] != 0) continue;
    const double reduced = gain(row, c) - row_potential_[row] - column_potential_[c];
    if (reduced < slack_[c]) {
      slack_[c] = reduced;
      from_[c] = column;
    }
    if (slack_[c] < least) {
      least = slack_[c];
      next = c;
    }
  }
  for (std::size_t c = 0; c < row_of_.size(); ++c) {
    if (visited_[c] != 0) {
      row_potential_[row_of_[c]] += least;
      column_potential_[c] -= least;
    } else {
      slack_[c] -= least;
    }
  }
  return next;
}

/// Gives `row` a column along the cheapest path. The last column stands for the path's start; those
/// between the real ones and it mean "none" and gain nothing, one for each row, so there is always one free.
void Assignment::augment(std::size_t row) {
  const std::size_t start = row_of_.size() - 1;
  row_of_[start] = row;
  std::ranges::fill(slack_, kInfinity);
  std::ranges::fill(visited_, char{0});
  std::size_t column = start;
  while (row_of_[column] != kFree) {
    visited_[column] = 1;
    column = settle(column);
  }
  while (column != start) {
    const std::size_t before = from_[column];
    row_of_[column] = row_of_[before];
    column = before;
  }
  row_of_[start] = kFree;
}

std::span<const int> Assignment::solve(std::span<const float> costs, std::size_t rows, std::size_t columns,
                                       float limit) {
  result_.assign(rows, kNone);
  select(costs, rows, columns, limit);
  const std::size_t all = columns_.size() + rows_.size() + 1;
  row_potential_.assign(rows_.size(), 0.0);
  column_potential_.assign(all, 0.0);
  slack_.resize(all);
  visited_.resize(all);
  from_.assign(all, kFree);
  row_of_.assign(all, kFree);
  for (std::size_t r = 0; r < rows_.size(); ++r) augment(r);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (row_of_[c] != kFree && gain(row_of_[c], c) < 0) result_[rows_[row_of_[c]]] = static_cast<int>(columns_[c]);
  }
  return result_;
}

}  // namespace lyn::track
