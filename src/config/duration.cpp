#include "config/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace lyn::config {
namespace {

constexpr std::size_t kMostDigits = 9;
// Largest first, so that show_duration() finds the shortest form.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > kMostDigits) return std::nullopt;
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + digits, count);
  for (const auto& [unit, milliseconds] : kUnits) {
    if (text.substr(digits) == unit) return std::chrono::milliseconds(count * milliseconds);
  }
  return std::nullopt;
}

std::string show_duration(std::chrono::milliseconds duration) {
  for (const auto& [unit, milliseconds] : kUnits) {
    if (duration.count() != 0 && duration.count() % milliseconds == 0) {
      return fmt::format("{}{}", duration.count() / milliseconds, unit);
    }
  }
  return "0ms";
}

}  // namespace lyn::config
