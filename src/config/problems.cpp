#include "config/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace lyn::config {
namespace {

constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kMostQuoted = 60;
constexpr std::size_t kMostKept = 10'000;  // of a hostile file's problems; the rest says nothing new

/// Optimal string alignment: characters inserted, deleted, replaced, or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

/// Cuts at a character's first byte, so that what is left stays UTF-8.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

}  // namespace

void Problems::add(Mark mark, std::string_view path, std::string_view text) {
  if (problems_.size() >= kMostKept) return;
  std::string line = place_;
  if (mark.line > 0) line += fmt::format(":{}:{}", mark.line, mark.column);
  line += ": ";
  if (!path.empty()) line.append(path).append(": ");
  line += text;
  problems_.push_back({mark, std::move(line)});
}

Error Problems::error() const {
  std::vector<const Problem*> order;
  for (const Problem& problem : problems_) order.push_back(&problem);
  std::stable_sort(order.begin(), order.end(), [](const Problem* a, const Problem* b) {
    return std::tie(a->mark.line, a->mark.column) < std::tie(b->mark.line, b->mark.column);
  });
  std::string lines;
  for (std::size_t i = 0; i < std::min(order.size(), kMostProblems); ++i) {
    if (i > 0) lines += '\n';
    lines += order[i]->line;
  }
  if (order.size() > kMostProblems) {
    lines += fmt::format("\n{}: and {} more", place_, order.size() - kMostProblems);
  }
  return {ErrorKind::usage, std::move(lines), ""};
}

std::string printable(std::string_view text) {
  const std::string_view head = cut(text, kMostQuoted);
  std::string shown;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  if (head.size() < text.size()) shown += "...";
  return shown;
}

std::string quote(std::string_view text) {
  return '"' + printable(text) + '"';
}

std::string nearest_hint(std::string_view word, std::span<const std::string_view> known) {
  std::string_view nearest;
  std::size_t least = std::string_view::npos;
  const std::string_view head = cut(word, kMostQuoted);
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(head, candidate);
    if (distance < least) std::tie(nearest, least) = std::pair(candidate, distance);
  }
  const std::size_t longest = std::max(head.size(), nearest.size());
  if (least <= std::max<std::size_t>(1, longest / 2)) return "nearest is " + quote(nearest);
  return fmt::format("known are {}", fmt::join(known, ", "));
}

}  // namespace lyn::config
