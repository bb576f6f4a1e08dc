#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lyn::rtsp {

/// What a server answers to SETUP in its Transport header, as far as it matters here.
struct TransportAnswer {
  bool tcp = false;  ///< "RTP/AVP/TCP", or interleaved channels named
  std::optional<std::pair<std::uint8_t, std::uint8_t>> channels;
  std::optional<std::pair<std::uint16_t, std::uint16_t>> server_ports;
  std::optional<std::uint32_t> ssrc;
  bool multicast = false;
};

TransportAnswer parse_transport(std::string_view value);

struct SessionAnswer {
  std::string id;
  unsigned timeout_s = 60;  ///< RFC 2326 12.37
};

/// "12345678;timeout=60". nullopt for an id that is empty, too long, or could end a line.
std::optional<SessionAnswer> parse_session(std::string_view value);

}  // namespace lyn::rtsp
