#include "stages/ingest/rtsp/transport_header.h"

#include <algorithm>

#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr std::size_t kLongestId = 256;

/// "8000-8001", or "8000" for a pair that begins there.
template <class T>
std::optional<std::pair<T, T>> parse_pair(std::string_view value) {
  const auto first = number<T>(trim(take_until(value, '-')));
  if (!first) return std::nullopt;
  const auto second = value.empty() ? std::optional<T>(static_cast<T>(*first + 1)) : number<T>(trim(value));
  if (!second) return std::nullopt;
  return std::pair{*first, *second};
}

void parse_parameter(std::string_view name, std::string_view value, TransportAnswer& answer) {
  if (same_word(name, "interleaved")) answer.channels = parse_pair<std::uint8_t>(value);
  if (same_word(name, "server_port")) answer.server_ports = parse_pair<std::uint16_t>(value);
  if (same_word(name, "ssrc")) answer.ssrc = number<std::uint32_t>(value, 16);
  if (same_word(name, "multicast")) answer.multicast = true;
}

}  // namespace

TransportAnswer parse_transport(std::string_view value) {
  auto first = take_until(value, ',');
  TransportAnswer answer;
  answer.tcp = starts_with_word(trim(take_until(first, ';')), "RTP/AVP/TCP");
  while (!first.empty()) {
    auto pair = take_until(first, ';');
    const auto name = trim(take_until(pair, '='));
    parse_parameter(name, trim(pair), answer);
  }
  answer.tcp = answer.tcp || answer.channels.has_value();
  return answer;
}

std::optional<SessionAnswer> parse_session(std::string_view value) {
  SessionAnswer answer;
  answer.id = trim(take_until(value, ';'));
  const bool bad = std::ranges::any_of(answer.id, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
  if (answer.id.empty() || answer.id.size() > kLongestId || bad) return std::nullopt;
  while (!value.empty()) {
    auto pair = take_until(value, ';');
    if (!same_word(trim(take_until(pair, '=')), "timeout")) continue;
    const auto seconds = number<unsigned>(trim(pair));
    if (seconds.value_or(0) > 0) answer.timeout_s = *seconds;  // none at all is said by 0 too
  }
  return answer;
}

}  // namespace lyn::rtsp
