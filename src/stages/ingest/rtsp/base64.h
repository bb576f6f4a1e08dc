#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lyn::rtsp {

std::string base64(std::string_view bytes);
/// nullopt for what is no base64; padding may be missing, as it often is in SDP.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);
/// Two digits a byte; nullopt for anything else.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace lyn::rtsp
