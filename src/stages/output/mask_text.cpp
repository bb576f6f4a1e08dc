#include "stages/output/mask_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace lyn {
namespace {

/// The mask API's own way to write a signed number: a sixth bit says that more follows, 48 makes it text.
void append_number(std::string& text, std::int64_t value) {
  for (bool more = true; more;) {
    const auto group = static_cast<unsigned>(value & 0x1f);
    value >>= 5;
    more = (group & 0x10U) != 0 ? value != -1 : value != 0;
    text += static_cast<char>((group | (more ? 0x20U : 0U)) + 48U);
  }
}

/// Takes the lengths of runs, one after the other.
class Runs {
 public:
  explicit Runs(std::string& text) : text_(text) {}
  void append(std::int64_t length) {
    append_number(text_, number_ > 2 ? length - before_[0] : length);
    before_ = {before_[1], length};
    ++number_;
  }

 private:
  std::string& text_;
  std::array<std::int64_t, 2> before_{};
  int number_ = 0;
};

/// Runs of filled pixels in rising order, told as lengths; those that touch are one.
class FilledRuns {
 public:
  explicit FilledRuns(std::string& text) : runs_(text) {}
  void fill(std::int64_t begin, std::int64_t end) {
    if (begin > end_) {
      tell();
      begin_ = begin;
    }
    end_ = end;
  }
  void finish(std::int64_t pixels) {
    tell();
    if (pixels > told_ || told_ == 0) runs_.append(pixels - told_);
  }

 private:
  void tell() {
    if (begin_ == end_) return;
    runs_.append(begin_ - told_);
    runs_.append(end_ - begin_);
    told_ = end_;
    begin_ = end_;
  }

  Runs runs_;
  std::int64_t told_ = 0;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

/// The first pixel whose middle lies at or behind border `cell` of so many cells from `begin` to `end`.
int border_at(float begin, float end, int cells, int cell, int pixels) {
  const double at = static_cast<double>(begin) + (static_cast<double>(end) - begin) * cell / cells;
  return static_cast<int>(std::clamp(std::ceil(at - 0.5), 0.0, static_cast<double>(pixels)));
}

}  // namespace

void append_run_lengths(std::string& text, const Mask& mask) {
  Runs runs(text);
  bool filled = false;
  std::int64_t length = 0;
  for (int column = 0; column < mask.columns; ++column) {
    for (int row = 0; row < mask.rows; ++row, ++length) {
      if (mask.at(column, row) == filled) continue;
      runs.append(length);
      filled = !filled;
      length = 0;
    }
  }
  runs.append(length);
}

void append_picture_run_lengths(std::string& text, const Mask& mask, int width, int height) {
  thread_local std::vector<int> rows;
  rows.clear();
  for (int row = 0; row <= mask.rows; ++row) {
    rows.push_back(border_at(mask.area.y1, mask.area.y2, mask.rows, row, height));
  }
  FilledRuns runs(text);
  for (int column = 0; column < mask.columns; ++column) {
    const int end = border_at(mask.area.x1, mask.area.x2, mask.columns, column + 1, width);
    for (int x = border_at(mask.area.x1, mask.area.x2, mask.columns, column, width); x < end; ++x) {
      const std::int64_t top = static_cast<std::int64_t>(x) * height;
      for (std::size_t row = 0; row + 1 < rows.size(); ++row) {
        const bool filled = rows[row] < rows[row + 1] && mask.at(column, static_cast<int>(row));
        if (filled) runs.fill(top + rows[row], top + rows[row + 1]);
      }
    }
  }
  runs.finish(static_cast<std::int64_t>(width) * height);
}

}  // namespace lyn
