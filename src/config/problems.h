#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace lyn::config {

/// Where something stands in a file, counted from 1 as editors do; line 0: nowhere.
struct Mark {
  int line = 0;
  int column = 0;
};

/// What is wrong with a configuration, gathered so that all of it is said at once.
class Problems {
 public:
  /// `place` leads each line: the file's name, or "--set".
  explicit Problems(std::string place) : place_(std::move(place)) {}

  /// `path` is the key ("cameras[0].source"), may be empty; `text` is "problem; hint".
  void add(Mark mark, std::string_view path, std::string_view text);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  /// Kind `usage`: in order of place, one line each, `PLACE:LINE:COL: path: problem; hint`; the first
  /// 20 and then how many more.
  [[nodiscard]] Error error() const;

 private:
  struct Problem {
    Mark mark;
    std::string line;
  };
  std::string place_;
  std::vector<Problem> problems_;
};

/// The text in double quotes, fit for a terminal: control characters as \xNN, at most 60 bytes.
std::string quote(std::string_view text);
/// The same without the quotes.
std::string printable(std::string_view text);

/// `nearest is "source"` where a known word is close to `word`, else `known are a, b, c`.
std::string nearest_hint(std::string_view word, std::span<const std::string_view> known);

}  // namespace lyn::config
