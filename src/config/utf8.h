#pragma once

#include <optional>
#include <string_view>

namespace lyn::config {

/// A place in text, counted from 1; columns count characters.
struct TextPlace {
  int line = 1;
  int column = 1;
};

/// The first byte that is not well-formed UTF-8 (Unicode 15, table 3-7) or is a control character
/// other than tab, line feed and carriage return; nullopt where all is text.
std::optional<TextPlace> first_bad_text(std::string_view bytes);

/// True where a value holds no control character at all.
bool is_one_line(std::string_view text);

}  // namespace lyn::config
