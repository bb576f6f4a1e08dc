#pragma once

#include <fmt/format.h>

#include <string_view>

namespace lyn {

/// Where a line grows; reused from line to line, so that it stops allocating.
using LineBuffer = fmt::memory_buffer;

/// Appends a JSON string in quotes. Bytes that are not well-formed UTF-8 become U+FFFD, one for each
/// maximal subpart (Unicode 15, 3.9). Allocates nothing beyond the buffer.
void append_json_text(LineBuffer& line, std::string_view text);

/// Appends a number with so many decimals, whatever the locale; `null` for what JSON has no number for.
void append_fixed(LineBuffer& line, double value, int decimals);

inline void append(LineBuffer& line, std::string_view text) {
  line.append(text.data(), text.data() + text.size());
}

}  // namespace lyn
