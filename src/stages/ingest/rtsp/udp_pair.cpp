#include "stages/ingest/rtsp/udp_pair.h"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "stages/ingest/rtsp/event_loop_impl.h"

namespace lyn::rtsp {
namespace {

using Udp = asio::ip::udp;

/// Datagrams taken by one system call, and the most that one holds (a jumbo frame).
constexpr std::size_t kBatch = 16;
constexpr std::size_t kDatagramBytes = 9216;
/// A keyframe comes in one burst; the system grants what its net.core.rmem_max allows.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;
constexpr int kPortTries = 64;

bool same_host(const sockaddr_storage& from, const asio::ip::address& peer) {
  if (from.ss_family == AF_INET && peer.is_v4()) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(from).sin_addr;
    return address.s_addr == htonl(peer.to_v4().to_uint());
  }
  if (from.ss_family == AF_INET6 && peer.is_v6()) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
    const auto bytes = peer.to_v6().to_bytes();
    return std::equal(bytes.begin(), bytes.end(), address.s6_addr);
  }
  return false;
}

class AsioUdpPair final : public UdpPair, public std::enable_shared_from_this<AsioUdpPair> {
 public:
  AsioUdpPair(EventLoop& loop, asio::ip::address peer, Events events)
      : impl_(*loop.impl()), peer_(std::move(peer)), events_(std::move(events)), rtp_(impl_.io), rtcp_(impl_.io) {}

  /// The system's choice of a port is even half of the time, and the one above it mostly free.
  bool bind() {
    for (int i = 0; i < kPortTries; ++i) {
      ErrorCode error;
      if (!bind_to(rtp_, 0)) return false;
      const auto port = rtp_.local_endpoint(error).port();
      if (port % 2 == 0 && port < 65'535 && bind_to(rtcp_, static_cast<std::uint16_t>(port + 1))) return true;
    }
    return false;
  }

  void begin() {
    impl_.datagrams.resize(kBatch * kDatagramBytes);
    wait(rtp_, events_.rtp);
    wait(rtcp_, events_.rtcp);
  }

  std::uint16_t rtp_port() const override {
    ErrorCode ignored;
    return rtp_.local_endpoint(ignored).port();
  }

  void greet(std::uint16_t rtp_port, std::uint16_t rtcp_port) override {
    constexpr std::array<std::uint8_t, 12> kEmptyRtp{0x80};
    constexpr std::array<std::uint8_t, 8> kEmptyReport{0x80, 201, 0, 1};
    ErrorCode ignored;
    rtcp_peer_ = Udp::endpoint(peer_, rtcp_port);
    rtp_.send_to(asio::buffer(kEmptyRtp), Udp::endpoint(peer_, rtp_port), 0, ignored);
    send_rtcp(kEmptyReport);
  }

  void send_rtcp(std::span<const std::uint8_t> bytes) override {
    if (closed_ || rtcp_peer_.port() == 0) return;
    ErrorCode ignored;
    rtcp_.send_to(asio::buffer(bytes.data(), bytes.size()), rtcp_peer_, 0, ignored);
  }

  std::uint64_t foreign() const override { return foreign_; }

  void close() override {
    closed_ = true;
    ErrorCode ignored;
    rtp_.close(ignored);
    rtcp_.close(ignored);
  }

 private:
  bool bind_to(Udp::socket& socket, std::uint16_t port) {
    ErrorCode error;
    socket.close(error);
    socket.open(peer_.is_v4() ? Udp::v4() : Udp::v6(), error);
    if (!error) socket.bind(Udp::endpoint(socket.local_endpoint(error).protocol(), port), error);
    if (!error) socket.non_blocking(true, error);
    ErrorCode ignored;
    socket.set_option(asio::socket_base::receive_buffer_size(kReceiveBuffer), ignored);
    return !error;
  }

  void wait(Udp::socket& socket, const std::function<void(std::span<const std::uint8_t>)>& give) {
    socket.async_wait(Udp::socket::wait_read, [this, &socket, &give, self = shared_from_this()](ErrorCode error) {
      if (closed_ || error) return;
      read_all(socket, give);
      if (!closed_) wait(socket, give);
    });
  }

  void read_all(Udp::socket& socket, const std::function<void(std::span<const std::uint8_t>)>& give) {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> places{};
    std::array<sockaddr_storage, kBatch> senders{};
    for (std::size_t i = 0; i < kBatch; ++i) {
      places[i] = {impl_.datagrams.data() + i * kDatagramBytes, kDatagramBytes};
      messages[i].msg_hdr.msg_iov = &places[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &senders[i];
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
    }
    const int count = ::recvmmsg(socket.native_handle(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count) && !closed_; ++i) {
      if (same_host(senders[i], peer_)) {
        give({impl_.datagrams.data() + i * kDatagramBytes, messages[i].msg_len});
      } else {
        ++foreign_;
      }
    }
  }

  EventLoop::Impl& impl_;
  asio::ip::address peer_;
  Events events_;
  Udp::socket rtp_;
  Udp::socket rtcp_;
  Udp::endpoint rtcp_peer_;
  std::uint64_t foreign_ = 0;
  bool closed_ = false;
};

}  // namespace

Result<std::shared_ptr<UdpPair>> UdpPair::open(EventLoop& loop, const std::string& peer, Events events) {
  ErrorCode error;
  const auto address = asio::ip::make_address(peer, error);
  auto pair = std::make_shared<AsioUdpPair>(loop, address, std::move(events));
  if (error || !pair->bind()) {
    return Error{ErrorKind::source, "no pair of UDP ports is free", "set transport: tcp", SourceFault::unsupported};
  }
  pair->begin();
  return std::shared_ptr<UdpPair>(std::move(pair));
}

}  // namespace lyn::rtsp
