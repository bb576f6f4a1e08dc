#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace lyn::rtsp {

/// Without blanks and tabs at both ends.
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
/// Equal but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);
bool starts_with_word(std::string_view text, std::string_view word);

/// What stands before the first `separator`, taken off `rest` together with it; all of `rest` where
/// there is none.
std::string_view take_until(std::string_view& rest, char separator);

/// The whole of `text` as a number that is not negative; nullopt for anything else, also when it does not fit.
template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace lyn::rtsp
