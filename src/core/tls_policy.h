#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lyn {

/// Whom a secure connection trusts.
struct TlsPolicy {
  enum class Mode {
    verify,    ///< a certificate of a known authority that names the host
    pin,       ///< the one certificate whose SHA-256 is `pin`
    insecure,  ///< anybody
  };
  Mode mode = Mode::verify;
  std::string pin;  ///< 64 hex digits in lower case, over the certificate's DER
  bool operator==(const TlsPolicy&) const = default;
};

/// "verify", "insecure" or "pin:<sha256>", the fingerprint as `openssl x509 -fingerprint -sha256` prints it or without
/// its colons; nullopt for anything else.
std::optional<TlsPolicy> parse_tls_policy(std::string_view text);

}  // namespace lyn
