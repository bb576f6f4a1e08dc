#include "core/secret.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lyn {

namespace {

constexpr std::string_view kEndsUrl = " \t\r\n\"'`<>|";
constexpr std::string_view kEndsValue = " \t\r\n\"'`<>|&;#,)";
constexpr std::array<std::string_view, 7> kSecretKeys = {"password", "passwd", "pwd", "token", "key", "secret", "auth"};

bool ends_like(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  const auto tail = text.substr(text.size() - word.size());
  return std::equal(word.begin(), word.end(), tail.begin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

/// "access_token" and "streamKey" are secrets as much as "token" and "key".
bool names_secret(std::string_view key) {
  return std::any_of(kSecretKeys.begin(), kSecretKeys.end(), [&](auto word) { return ends_like(key, word); });
}

/// "host:554/...": what stands behind the colon is a port, not a password.
bool is_port(std::string_view after_colon) {
  const auto digits = std::min(after_colon.find_first_not_of("0123456789"), after_colon.size());
  return digits > 0 && (digits == after_colon.size() || after_colon[digits] == '/' || after_colon[digits] == '?');
}

/// Where the user information of a URL ends (its '@'); npos when it has none. `rest` starts behind
/// "://" and ends with the URL. Passwords with a raw '/', '?' or '@' are not valid in a URL, but
/// people write them, and half a password is still a leak.
std::size_t end_of_user(std::string_view rest) {
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) return at;
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || colon > authority.size() || is_port(rest.substr(colon + 1))) {
    return std::string_view::npos;
  }
  return rest.rfind('@');
}

/// Hides the password of the URL whose rest (behind "://") begins `text`; appends what it consumed
/// to `out` and returns how much that was.
std::size_t redact_user(std::string_view text, std::string& out) {
  auto rest = text.substr(0, text.find_first_of(kEndsUrl));
  rest = rest.substr(0, rest.find("://"));
  const auto at = end_of_user(rest);
  const auto colon = rest.find(':');
  if (at == std::string_view::npos || colon >= at) return 0;
  out.append(rest.substr(0, colon + 1)).append(Secret::shown());
  return at;
}

/// The same for "key=value" behind a '?' or '&'.
std::size_t redact_query(std::string_view text, std::string& out) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || text.find_first_of(kEndsValue) < equals) return 0;
  if (!names_secret(text.substr(0, equals))) return 0;
  out.append(text.substr(0, equals + 1)).append(Secret::shown());
  return std::min(text.find_first_of(kEndsValue, equals), text.size());
}

}  // namespace

std::string redact(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("://")) {
      out.append("://");
      i += 3;
      i += redact_user(text.substr(i), out);
    } else if (text[i] == '?' || text[i] == '&') {
      out.push_back(text[i++]);
      i += redact_query(text.substr(i), out);
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

}  // namespace lyn
