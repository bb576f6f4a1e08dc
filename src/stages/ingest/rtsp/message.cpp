#include "stages/ingest/rtsp/message.h"

#include <algorithm>
#include <array>

#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr std::array<std::string_view, 9> kBeginnings{"RTSP/",          "OPTIONS ",       "ANNOUNCE ",
                                                      "GET_PARAMETER ", "SET_PARAMETER ", "REDIRECT ",
                                                      "TEARDOWN ",      "PLAY_NOTIFY ",   "DESCRIBE "};

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Without its CR; nullopt where no line ends.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool parse_start(std::string_view line, Message& message) {
  if (!starts_with_word(line, "RTSP/")) {
    message.method = take_until(line, ' ');
    return !message.method.empty() && line.find("RTSP/") != std::string_view::npos;
  }
  take_until(line, ' ');
  const auto status = number<int>(trim(line).substr(0, 3));
  if (!status || *status < 100 || *status > 599) return false;
  message.status = *status;
  return true;
}

/// False when there are too many.
bool add_header(std::string_view line, Message& message) {
  auto& headers = message.headers;
  if (line.starts_with(' ') || line.starts_with('\t')) {
    if (!headers.empty()) headers.back().second.append(" ").append(trim(line));
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  return headers.size() <= kMostHeaders;
}

/// A head whose end has not come yet.
MessageResult unfinished(bool full) {
  if (full) return MessageFault::head_too_long;
  return NeedMoreBytes{};
}

}  // namespace

std::optional<std::string_view> Message::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& header) { return same_word(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string_view> Message::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers) {
    if (same_word(key, name)) values.emplace_back(value);
  }
  return values;
}

std::optional<std::uint32_t> Message::cseq() const {
  const auto value = header("CSeq");
  return value ? number<std::uint32_t>(*value) : std::nullopt;
}

MessageResult parse_message(std::span<const std::uint8_t> bytes) {
  const auto all = text_of(bytes);
  auto rest = all.substr(0, kLongestHead);
  const bool full = rest.size() == kLongestHead;
  ParsedMessage parsed;
  const auto start = take_line(rest);
  if (!start) return unfinished(full);
  if (!parse_start(*start, parsed.message)) return MessageFault::not_rtsp;
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return unfinished(full);
    if (line->empty()) break;
    if (!add_header(*line, parsed.message)) return MessageFault::head_too_long;
  }
  const auto stated = parsed.message.header("Content-Length");
  const auto length = stated ? number<std::size_t>(*stated).value_or(kLongestBody + 1) : 0;
  if (length > kLongestBody) return MessageFault::body_too_long;
  const auto head = static_cast<std::size_t>(rest.data() - all.data());
  if (all.size() - head < length) return NeedMoreBytes{};
  parsed.message.body = all.substr(head, length);
  parsed.consumed = head + length;
  return parsed;
}

bool may_begin_message(std::span<const std::uint8_t> bytes) {
  const auto text = text_of(bytes);
  return std::ranges::any_of(kBeginnings, [&](std::string_view word) {
    const auto length = std::min(word.size(), text.size());
    return same_word(text.substr(0, length), word.substr(0, length));
  });
}

}  // namespace lyn::rtsp
