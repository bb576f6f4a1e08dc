#include "stages/output/record_text.h"

#include <cmath>
#include <cstddef>
#include <iterator>

namespace lyn {
namespace {

struct Character {
  std::size_t length;  ///< bytes to pass over, at least 1
  bool good;
};

struct Bounds {
  std::size_t length;
  unsigned char least;  ///< of the second byte
  unsigned char most;
};

/// Unicode 15, table 3-7; length 0 for a byte that starts nothing.
Bounds bounds_of(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

/// The multi-byte character at the start of `text`, or the maximal subpart of one.
Character next_character(std::string_view text) {
  const Bounds bounds = bounds_of(static_cast<unsigned char>(text[0]));
  if (bounds.length == 0) return {1, false};
  for (std::size_t i = 1; i < bounds.length; ++i) {
    const auto byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    const bool fits = i == 1 ? byte >= bounds.least && byte <= bounds.most : (byte & 0xC0U) == 0x80U;
    if (!fits) return {i, false};
  }
  return {bounds.length, true};
}

void append_ascii(LineBuffer& line, char c) {
  if (c == '"' || c == '\\') {
    line.push_back('\\');
    line.push_back(c);
  } else if (static_cast<unsigned char>(c) < 0x20) {
    fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    line.push_back(c);
  }
}

}  // namespace

void append_json_text(LineBuffer& line, std::string_view text) {
  line.push_back('"');
  while (!text.empty()) {
    std::size_t length = 1;
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      append_ascii(line, text[0]);
    } else {
      const Character character = next_character(text);
      length = character.length;
      append(line, character.good ? text.substr(0, length) : "\xEF\xBF\xBD");
    }
    text.remove_prefix(length);
  }
  line.push_back('"');
}

void append_fixed(LineBuffer& line, double value, int decimals) {
  if (!std::isfinite(value)) return append(line, "null");
  fmt::format_to(std::back_inserter(line), "{:.{}f}", value, decimals);
}

}  // namespace lyn
