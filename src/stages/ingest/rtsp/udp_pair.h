#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "stages/ingest/rtsp/event_loop.h"

namespace lyn::rtsp {

/// Two UDP sockets on neighbouring ports: RTP on the even one, RTCP above it. On the event loop's thread.
class UdpPair {
 public:
  struct Events {
    std::function<void(std::span<const std::uint8_t>)> rtp;
    std::function<void(std::span<const std::uint8_t>)> rtcp;
  };

  /// Binds to the wildcard address of `peer`'s family; datagrams of other hosts than `peer` are not taken.
  static Result<std::shared_ptr<UdpPair>> open(EventLoop& loop, const std::string& peer, Events events);

  virtual ~UdpPair() = default;
  [[nodiscard]] virtual std::uint16_t rtp_port() const = 0;
  /// Where reports go, and a first datagram to each port, which opens the way through address translation.
  virtual void greet(std::uint16_t rtp_port, std::uint16_t rtcp_port) = 0;
  /// To the camera's RTCP port. Lost when it cannot be sent at once.
  virtual void send_rtcp(std::span<const std::uint8_t> bytes) = 0;
  /// Datagrams that came from elsewhere.
  [[nodiscard]] virtual std::uint64_t foreign() const = 0;
  /// No event follows.
  virtual void close() = 0;
};

}  // namespace lyn::rtsp
