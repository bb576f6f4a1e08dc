#include "stages/ingest/rtsp/connection.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "stages/ingest/rtsp/deframer.h"
#include "stages/ingest/rtsp/event_loop_impl.h"
#include "stages/ingest/rtsp/host_lookup.h"
#include "stages/ingest/rtsp/socket_words.h"
#include "stages/ingest/rtsp/tls_context.h"

namespace lyn::rtsp {
namespace {

using Tcp = asio::ip::tcp;
using Tls = asio::ssl::stream<Tcp::socket>;

/// Holds the longest item, and behind it room to read on without moving it each time.
constexpr std::size_t kBufferBytes = Deframer::kLongestItem + 64 * 1024;
constexpr std::size_t kLeastRead = 16 * 1024;
/// Requests and reports that wait to be sent: more means that the camera takes nothing.
constexpr std::size_t kMostUnsent = 64 * 1024;
/// An address that does not answer does not use up the time of the others.
constexpr std::chrono::milliseconds kAddressPatience{1500};

class AsioConnection final : public Connection, public std::enable_shared_from_this<AsioConnection> {
 public:
  AsioConnection(EventLoop& loop, const Url& url, TlsPolicy policy, Events events)
      : io_(loop.impl()->io),
        url_(url),
        policy_(std::move(policy)),
        events_(std::move(events)),
        socket_(io_),
        next_address_(loop),
        buffer_(kBufferBytes) {}

  void begin(EventLoop& loop) {
    look_up(loop, url_.host, [weak = weak_from_this()](std::vector<std::string> addresses) {
      const auto self = weak.lock();
      if (!self || self->closed_) return;
      self->addresses_ = std::move(addresses);
      if (self->addresses_.empty()) {
        return self->fail({ErrorKind::source, "the host name is not known", "check the name and the network's DNS",
                           SourceFault::unresolved});
      }
      self->try_address(0);
    });
  }

  void send(std::span<const std::uint8_t> bytes) override {
    if (closed_) return;
    if (unsent_.size() + bytes.size() > kMostUnsent) {
      return fail(
          {ErrorKind::source, "the camera takes no requests any more", "check the camera", SourceFault::timeout});
    }
    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
    if (sending_.empty()) send_more();
  }

  void close() override {
    closed_ = true;
    next_address_.cancel();
    ErrorCode ignored;
    lowest().close(ignored);
  }

 private:
  Tcp::socket& lowest() { return tls_ ? tls_->next_layer() : socket_; }

  void fail(Error error) {
    if (closed_) return;
    close();
    // The callee may let go of this connection while it is told.
    const auto self = shared_from_this();
    const auto closed = std::move(events_.closed);
    closed(std::move(error));
  }

  void try_address(std::size_t index) {
    ErrorCode error;
    const auto address = asio::ip::make_address(addresses_[index], error);
    if (error) return refused(index, error);
    lowest().close(error);
    socket_ = Tcp::socket(io_);
    const Tcp::endpoint endpoint(address, url_.port);
    const std::uint64_t attempt = ++attempt_;
    socket_.async_connect(endpoint, [this, self = shared_from_this(), index, attempt](ErrorCode code) {
      if (closed_ || attempt != attempt_) return;
      next_address_.cancel();
      if (code) return refused(index, code);
      on_connected();
    });
    if (index + 1 == addresses_.size()) return;
    next_address_.set(system_clock().now() + kAddressPatience, [this, index] { try_address(index + 1); });
  }

  void refused(std::size_t index, const ErrorCode& code) {
    if (index + 1 < addresses_.size()) return try_address(index + 1);
    fail(explain_connect(code.value()));
  }

  void on_connected() {
    ErrorCode ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    const auto endpoint = socket_.remote_endpoint(ignored);
    peer_ = endpoint.address().to_string();
    if (!url_.tls) return ready();
    tls_.emplace(std::move(socket_), tls_context(policy_));
    prepare_tls(*tls_, url_.host, policy_);
    tls_->async_handshake(Tls::client, [this, self = shared_from_this()](ErrorCode code) {
      if (closed_) return;
      if (code) return fail(explain_tls(code, *tls_));
      if (auto wrong = check_pin(*tls_, policy_)) return fail(std::move(*wrong));
      ready();
    });
  }

  void ready() {
    read_more();
    events_.connected(peer_);
  }

  template <class Buffers, class Handler>
  void read_some(const Buffers& buffers, Handler handler) {
    if (tls_) {
      tls_->async_read_some(buffers, std::move(handler));
    } else {
      socket_.async_read_some(buffers, std::move(handler));
    }
  }

  void read_more() {
    if (buffer_.size() - end_ < kLeastRead) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
    }
    read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
              [this, self = shared_from_this()](ErrorCode code, std::size_t count) {
                if (closed_) return;
                if (code) return fail(explain_end(code));
                end_ += count;
                begin_ += events_.received(std::span(buffer_).subspan(begin_, end_ - begin_));
                if (closed_) return;
                if (begin_ == end_) begin_ = end_ = 0;
                read_more();
              });
  }

  static Error explain_end(const ErrorCode& code) {
    const bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
    return explain_lost(ended ? 0 : code.value());
  }

  /// What waits is sent in one piece; what comes meanwhile waits for the next.
  void send_more() {
    if (unsent_.empty()) return;
    std::swap(sending_, unsent_);
    const auto sent = [this, self = shared_from_this()](ErrorCode code, std::size_t) {
      sending_.clear();
      if (closed_) return;
      if (code) return fail(explain_end(code));
      send_more();
    };
    if (tls_) {
      asio::async_write(*tls_, asio::buffer(sending_), sent);
    } else {
      asio::async_write(socket_, asio::buffer(sending_), sent);
    }
  }

  asio::io_context& io_;
  Url url_;
  TlsPolicy policy_;
  Events events_;
  Tcp::socket socket_;
  std::optional<Tls> tls_;
  Timer next_address_;
  std::vector<std::string> addresses_;
  std::uint64_t attempt_ = 0;
  std::string peer_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  ///< of what was received and not consumed
  std::size_t end_ = 0;
  std::vector<std::uint8_t> unsent_;
  std::vector<std::uint8_t> sending_;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<Connection> Connection::open(EventLoop& loop, const Url& url, const TlsPolicy& tls, Events events) {
  auto connection = std::make_shared<AsioConnection>(loop, url, tls, std::move(events));
  connection->begin(loop);
  return connection;
}

}  // namespace lyn::rtsp
