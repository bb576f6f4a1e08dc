#include "config/byte_size.h"

#include <array>
#include <charconv>
#include <utility>

namespace lyn::config {
namespace {

constexpr std::size_t kMostDigits = 9;
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 6> kUnits{{{"KB", 1'000},
                                                                            {"MB", 1'000'000},
                                                                            {"GB", 1'000'000'000},
                                                                            {"KiB", 1ULL << 10},
                                                                            {"MiB", 1ULL << 20},
                                                                            {"GiB", 1ULL << 30}}};

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > kMostDigits || text.front() == '0') {
    return std::nullopt;
  }
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + digits, count);
  for (const auto& [unit, bytes] : kUnits) {
    if (text.substr(digits) == unit) return count * bytes;
  }
  return std::nullopt;
}

}  // namespace lyn::config
