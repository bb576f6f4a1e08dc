#include "stages/ingest/rtsp/tls_context.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

namespace lyn::rtsp {
namespace {

asio::ssl::context make_context(bool verify) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  ErrorCode ignored;  // without authorities every certificate is refused, which says enough
  if (verify) context.set_default_verify_paths(ignored);
  context.set_verify_mode(verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
  return context;
}

std::string fingerprint(X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  X509_digest(&certificate, EVP_sha256(), sum.data(), &length);
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text.push_back(kDigits[sum[i] >> 4]);
    text.push_back(kDigits[sum[i] & 15]);
  }
  return text;
}

}  // namespace

asio::ssl::context& tls_context(const TlsPolicy& policy) {
  if (policy.mode == TlsPolicy::Mode::verify) {
    static asio::ssl::context verifying = make_context(true);
    return verifying;
  }
  static asio::ssl::context trusting = make_context(false);
  return trusting;
}

void prepare_tls(asio::ssl::stream<asio::ip::tcp::socket>& stream, const std::string& host, const TlsPolicy& policy) {
  ErrorCode not_numeric;
  asio::ip::make_address(host, not_numeric);
  if (not_numeric) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  if (policy.mode == TlsPolicy::Mode::verify) stream.set_verify_callback(asio::ssl::host_name_verification(host));
}

std::optional<Error> check_pin(asio::ssl::stream<asio::ip::tcp::socket>& stream, const TlsPolicy& policy) {
  if (policy.mode != TlsPolicy::Mode::pin) return std::nullopt;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(stream.native_handle()),
                                                                &X509_free);
  const std::string found = certificate ? fingerprint(*certificate) : "none";
  if (found == policy.pin) return std::nullopt;
  return Error{ErrorKind::source, "the certificate is not the pinned one but " + found,
               "if the camera was given a new one, set tls: \"pin:" + found + "\"", SourceFault::tls};
}

Error explain_tls(const ErrorCode& code, asio::ssl::stream<asio::ip::tcp::socket>& stream) {
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict != X509_V_OK && SSL_get_verify_mode(stream.native_handle()) != SSL_VERIFY_NONE) {
    return {ErrorKind::source,
            std::string("the camera's certificate is not trusted: ") + X509_verify_cert_error_string(verdict),
            "pin it with tls: \"pin:<sha256>\", or set tls: insecure", SourceFault::tls};
  }
  return {ErrorKind::source, "no secure connection: " + code.message(), "check that the port speaks rtsps",
          SourceFault::tls};
}

}  // namespace lyn::rtsp
