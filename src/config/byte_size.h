#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lyn::config {

/// "500KB", "100MB", "2GB" (thousands) or "64KiB", "100MiB", "2GiB" (1024s): bytes; nullopt for anything else
/// and for 0.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

constexpr const char* kByteSizePattern = "^([1-9][0-9]{0,8}(KB|MB|GB|KiB|MiB|GiB))?$";

}  // namespace lyn::config
