#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "stages/ingest/rtsp/event_loop.h"
#include "stages/ingest/rtsp/url.h"
#include "stages/ingest/source.h"

namespace lyn::rtsp {

/// A TCP connection to a camera, with TLS for rtsps://. Everything happens on the event loop's thread.
class Connection {
 public:
  struct Events {
    /// Bytes can be sent. `peer`: the address behind the connection, in digits.
    std::function<void(const std::string& peer)> connected;
    /// All bytes that came and were not consumed yet; gives how many are consumed now. May call close().
    std::function<std::size_t(std::span<const std::uint8_t>)> received;
    /// It could not be made, or has ended from the other side. `what` does not name the source. The last call.
    std::function<void(Error)> closed;
  };

  /// Looks the host up and connects; deadlines are the caller's. Addresses are tried one after the other.
  static std::shared_ptr<Connection> open(EventLoop& loop, const Url& url, const TlsPolicy& tls, Events events);

  virtual ~Connection() = default;
  /// Sends without waiting. When too much waits to be sent already, the connection has failed: closed() follows.
  virtual void send(std::span<const std::uint8_t> bytes) = 0;
  void send(std::string_view text) { send({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); }
  /// No event follows.
  virtual void close() = 0;
};

}  // namespace lyn::rtsp
