#pragma once

#include <string_view>

namespace lyn {

constexpr char32_t kReplacement = U'\uFFFD';

/// Takes one character off the front of `text` (which must not be empty). What is not well-formed
/// UTF-8 (Unicode 15, table 3-7: overlong forms, surrogates, values above U+10FFFF, cut ends) gives
/// U+FFFD and takes one byte, so that the next whole character is found again.
char32_t take_character(std::string_view& text);

}  // namespace lyn
