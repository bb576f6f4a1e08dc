#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lyn::config {

/// "250ms", "5s", "2m", "1h"; nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// The shortest form that parse_duration() reads back to the same.
std::string show_duration(std::chrono::milliseconds duration);

constexpr const char* kDurationPattern = "^[0-9]{1,9}(ms|s|m|h)$";

}  // namespace lyn::config
