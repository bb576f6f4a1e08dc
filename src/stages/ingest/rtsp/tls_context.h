#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "stages/ingest/rtsp/asio.h"
#include "stages/ingest/source.h"

namespace lyn::rtsp {

/// OpenSSL's settings for `policy`: with `verify` the system's certificate authorities. Made once for each
/// kind, since reading the authorities takes a while.
asio::ssl::context& tls_context(const TlsPolicy& policy);

/// What to do before the handshake: the name for SNI, and whom the certificate must name.
void prepare_tls(asio::ssl::stream<asio::ip::tcp::socket>& stream, const std::string& host, const TlsPolicy& policy);

/// After a handshake: whether the certificate is the pinned one. An error says which one it is.
std::optional<Error> check_pin(asio::ssl::stream<asio::ip::tcp::socket>& stream, const TlsPolicy& policy);

/// Why a handshake failed, in words.
Error explain_tls(const ErrorCode& code, asio::ssl::stream<asio::ip::tcp::socket>& stream);

}  // namespace lyn::rtsp
