#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace lyn::rtsp {

/// An rtsp:// or rtsps:// URL in its parts.
struct Url {
  bool tls = false;
  std::string host;       ///< without the brackets of an IPv6 address
  std::string port_text;  ///< as written; empty where the URL names none
  std::uint16_t port = 554;
  std::string path;  ///< from the '/' on, query included; may be empty
  std::string user;  ///< percent-decoded
  Secret password;   ///< percent-decoded
  bool has_user = false;

  /// As it goes into requests: without user and password.
  [[nodiscard]] std::string text() const;
};

/// nullopt for what is no such URL: another scheme, no host, an impossible port, or bytes that could
/// end a line of a request.
std::optional<Url> parse_url(std::string_view text);

/// The URL that an `a=control` line means: `base` for "*" and nothing, itself when absolute, else below `base`
/// as clients in the field do it: appended behind a '/' also where `base` ends in a query (RFC 2326 C.1.1).
/// nullopt when the outcome is no RTSP URL.
std::optional<Url> resolve_control(const Url& base, std::string_view control);

/// Whether two URLs name one host: letter case aside, or when `host` is the address behind the connection.
bool same_host(std::string_view host, std::string_view other);

}  // namespace lyn::rtsp
