#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.h"

namespace lyn::rtsp {

/// What a server asks for with 401 (RFC 7617 Basic, RFC 7616 Digest).
struct Challenge {
  enum class Scheme { basic, digest_md5, digest_sha256 };  ///< weakest first
  Scheme scheme = Scheme::basic;
  bool session_variant = false;  ///< "-sess": the key is bound to the client's nonce
  bool qop_auth = false;
  bool stale = false;  ///< the nonce was too old; user and password were not the reason
  std::string realm;
  std::string nonce;
  std::string opaque;
  std::string algorithm;  ///< as the server spells it; empty where it says none
};

/// The strongest challenge that can be answered; nullopt where there is none. `values`: those of all
/// WWW-Authenticate headers, each of which may hold several.
std::optional<Challenge> strongest_challenge(std::span<const std::string_view> values);

/// Answers challenges of one camera with one user's password. Counts how often a nonce was used.
class Authoriser {
 public:
  Authoriser(std::string user, Secret password) : user_(std::move(user)), password_(std::move(password)) {}

  void accept(Challenge challenge);
  [[nodiscard]] bool has_challenge() const { return challenge_.has_value(); }
  /// The value of the Authorization header for a request. `client_nonce`: fresh random hex digits.
  std::string authorise(std::string_view method, std::string_view uri, std::string_view client_nonce);

 private:
  std::string digest(std::string_view method, std::string_view uri, std::string_view client_nonce);

  std::string user_;
  Secret password_;
  std::optional<Challenge> challenge_;
  unsigned uses_ = 0;
};

/// 32 hex digits from the system's random source.
std::string fresh_nonce();

}  // namespace lyn::rtsp
