#include "core/tls_policy.h"

#include <cctype>

namespace lyn {

std::optional<TlsPolicy> parse_tls_policy(std::string_view text) {
  constexpr std::string_view kPin = "pin:";
  constexpr std::size_t kDigits = 64;
  if (text == "verify") return TlsPolicy{};
  if (text == "insecure") return TlsPolicy{TlsPolicy::Mode::insecure, ""};
  if (!text.starts_with(kPin)) return std::nullopt;
  TlsPolicy policy{TlsPolicy::Mode::pin, ""};
  for (const char c : text.substr(kPin.size())) {
    if (c == ':' && policy.pin.size() % 2 == 0) continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    policy.pin.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return policy.pin.size() == kDigits ? std::optional(policy) : std::nullopt;
}

}  // namespace lyn
