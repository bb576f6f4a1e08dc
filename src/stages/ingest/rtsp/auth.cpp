#include "stages/ingest/rtsp/auth.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <utility>

#include "stages/ingest/rtsp/base64.h"
#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string hash(bool sha256, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), sum.data(), &length, sha256 ? EVP_sha256() : EVP_md5(), nullptr);
  return hex(std::span(sum).first(length));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

/// A token or a quoted string at the front of `rest`, taken off.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find_first_of(", \t"), rest.size());
    value = rest.substr(0, end);
    rest.remove_prefix(end);
    return value;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value.push_back(rest.front());
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

/// A challenge being read; `supported` is false for what cannot be answered.
struct Reading {
  Challenge challenge;
  bool supported = false;

  explicit Reading(std::string_view scheme) {
    supported = same_word(scheme, "Basic") || same_word(scheme, "Digest");
    if (same_word(scheme, "Digest")) challenge.scheme = Challenge::Scheme::digest_md5;
  }

  void add(std::string_view name, std::string value) {
    if (same_word(name, "realm"))
      challenge.realm = std::move(value);
    else if (same_word(name, "nonce"))
      challenge.nonce = std::move(value);
    else if (same_word(name, "opaque"))
      challenge.opaque = std::move(value);
    else if (same_word(name, "stale"))
      challenge.stale = same_word(value, "true");
    else if (same_word(name, "qop"))
      set_qop(value);
    else if (same_word(name, "algorithm"))
      set_algorithm(std::move(value));
  }

  void set_qop(std::string_view list) {
    bool offered = false;
    while (!list.empty()) offered = same_word(trim(take_until(list, ',')), "auth") || offered;
    challenge.qop_auth = offered;
    supported = supported && offered;  // auth-int alone cannot be answered
  }

  void set_algorithm(std::string value) {
    const std::string name = lower(value);
    challenge.algorithm = std::move(value);
    challenge.session_variant = name.ends_with("-sess");
    if (name.starts_with("sha-256")) challenge.scheme = Challenge::Scheme::digest_sha256;
    supported = supported && (name == "md5" || name == "md5-sess" || name == "sha-256" || name == "sha-256-sess");
  }
};

/// "Digest realm="x", nonce="y", Basic realm="x"": a word that no '=' follows begins another challenge.
std::vector<Reading> read_challenges(std::string_view rest) {
  std::vector<Reading> found;
  for (;;) {
    rest = rest.substr(std::min(rest.find_first_not_of(", \t"), rest.size()));
    if (rest.empty() || found.size() > 8) return found;
    const auto end = std::min(rest.find_first_of("=, \t"), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    const auto next = trim(rest);
    if (!next.starts_with('=')) {
      found.emplace_back(word);
      continue;
    }
    rest = trim(next.substr(1));
    std::string value = take_value(rest);
    if (!found.empty()) found.back().add(word, std::move(value));
  }
}

}  // namespace

std::optional<Challenge> strongest_challenge(std::span<const std::string_view> values) {
  std::optional<Challenge> best;
  for (const auto value : values) {
    for (auto& [challenge, supported] : read_challenges(value)) {
      if (supported && (!best || challenge.scheme > best->scheme)) best = std::move(challenge);
    }
  }
  return best;
}

void Authoriser::accept(Challenge challenge) {
  if (!challenge_ || challenge_->nonce != challenge.nonce) uses_ = 0;
  challenge_ = std::move(challenge);
}

std::string Authoriser::authorise(std::string_view method, std::string_view uri, std::string_view client_nonce) {
  if (challenge_->scheme == Challenge::Scheme::basic) return "Basic " + base64(user_ + ":" + password_.reveal());
  return digest(method, uri, client_nonce);
}

/// RFC 7616 3.4; without qop the older form of RFC 2069, which many cameras still ask for.
std::string Authoriser::digest(std::string_view method, std::string_view uri, std::string_view client_nonce) {
  const Challenge& asked = *challenge_;
  const bool sha256 = asked.scheme == Challenge::Scheme::digest_sha256;
  std::array<char, 9> count{};
  std::snprintf(count.data(), count.size(), "%08x", ++uses_);
  const std::string cnonce(client_nonce);
  std::string key = hash(sha256, user_ + ":" + asked.realm + ":" + password_.reveal());
  if (asked.session_variant) key = hash(sha256, key + ":" + asked.nonce + ":" + cnonce);
  const std::string what = hash(sha256, std::string(method) + ":" + std::string(uri));
  const std::string middle = asked.qop_auth ? asked.nonce + ":" + count.data() + ":" + cnonce + ":auth" : asked.nonce;
  std::string value = "Digest username=" + quoted(user_) + ", realm=" + quoted(asked.realm) +
                      ", nonce=" + quoted(asked.nonce) + ", uri=" + quoted(uri) +
                      ", response=" + quoted(hash(sha256, key + ":" + middle + ":" + what));
  if (!asked.algorithm.empty()) value += ", algorithm=" + asked.algorithm;
  if (!asked.opaque.empty()) value += ", opaque=" + quoted(asked.opaque);
  if (asked.qop_auth) value += std::string(", qop=auth, nc=") + count.data();
  if (asked.qop_auth || asked.session_variant) value += ", cnonce=" + quoted(cnonce);
  return value;
}

std::string fresh_nonce() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return hex(bytes);
}

}  // namespace lyn::rtsp
