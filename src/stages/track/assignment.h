#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lyn::track {

/// Which column each row is given, at the least total cost, where leaving a row and a column apart
/// costs `limit`: pairs of cost `limit` or more are never made. This is what ByteTrack asks of
/// lap.lapjv(extend_cost, cost_limit). Exact and deterministic: shortest augmenting paths with
/// potentials (Jonker and Volgenant 1987; the Hungarian method), over the rows and columns that have a
/// pair below the limit at all. Reuse it: it keeps its memory.
class Assignment {
 public:
  static constexpr int kNone = -1;

  /// `costs` row by row, rows x columns. The result, a column or kNone for each row, is valid until the
  /// next call.
  std::span<const int> solve(std::span<const float> costs, std::size_t rows, std::size_t columns, float limit);

 private:
  void select(std::span<const float> costs, std::size_t rows, std::size_t columns, float limit);
  void augment(std::size_t row);
  std::size_t settle(std::size_t column);

  [[nodiscard]] double gain(std::size_t row, std::size_t column) const {
    return column < columns_.size() ? gains_[row * columns_.size() + column] : 0.0;
  }

  std::vector<std::size_t> rows_;     ///< of the caller, those with a pair below the limit
  std::vector<std::size_t> columns_;  ///< likewise
  std::vector<double> gains_;         ///< cost - limit where below, else 0
  std::vector<double> row_potential_;
  std::vector<double> column_potential_;
  std::vector<double> slack_;
  std::vector<std::size_t> row_of_;  ///< by column; kFree when it has none
  std::vector<std::size_t> from_;    ///< the column before it on the path
  std::vector<char> visited_;
  std::vector<int> result_;
};

}  // namespace lyn::track
