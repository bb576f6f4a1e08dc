#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lyn::rtsp {

/// What is read of one message, at most: more is refused before memory is taken for it.
constexpr std::size_t kLongestHead = 16 * 1024;
constexpr std::size_t kMostHeaders = 64;
constexpr std::size_t kLongestBody = 64 * 1024;

/// One RTSP message as it came: a response, or a request of the server's own.
struct Message {
  int status = 0;      ///< of a response; 0 marks a request
  std::string method;  ///< of a request
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  [[nodiscard]] bool is_response() const { return status != 0; }
  /// The first header of this name, in any case; nullopt where there is none.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint32_t> cseq() const;
};

/// Why bytes are no message that is read here.
enum class MessageFault { not_rtsp, head_too_long, body_too_long };

struct ParsedMessage {
  Message message;
  std::size_t consumed = 0;
};
struct NeedMoreBytes {};
using MessageResult = std::variant<NeedMoreBytes, ParsedMessage, MessageFault>;

/// The message that begins `bytes`, with its body. Lines may end in LF alone, header names have any
/// case, folded headers are joined; lines that are no header are left out (RFC 2326 with what cameras send).
MessageResult parse_message(std::span<const std::uint8_t> bytes);

/// Whether `bytes` begin a message, as far as they go.
bool may_begin_message(std::span<const std::uint8_t> bytes);

}  // namespace lyn::rtsp
