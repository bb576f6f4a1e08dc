#include "stages/ingest/rtsp/session.h"

#include <algorithm>
#include <utility>

namespace lyn::rtsp {
namespace {

constexpr std::chrono::seconds kFarewell{1};
constexpr int kMostReconnects = 2;

DialogueOptions dialogue_options(const Url& url, const SourceOptions& options, const std::string& shown) {
  DialogueOptions talk;
  talk.url = url;
  talk.shown = shown;
  talk.udp = options.transport == RtspTransport::udp;
  talk.with_audio = options.listen_to_audio;
  talk.allowed_hosts = options.allow_hosts;
  return talk;
}

}  // namespace

Session::Session(EventLoop& loop, const SourceUri& uri, Url url, SourceOptions options, Receiver::Sink& sink)
    : loop_(loop),
      shown_(uri.shown),
      options_(std::move(options)),
      sink_(&sink),
      dialogue_([&] {
        DialogueOptions talk = dialogue_options(url, options_, shown_);
        talk.open_ports = [this](std::size_t track) { return open_ports(track); };
        return talk;
      }()),
      url_(std::move(url)),
      watchdog_(loop),
      keep_alive_(loop) {}

void Session::begin() {
  began_ = now_ = system_clock().now();
  connect();
}

void Session::connect() {
  phase_ = Phase::connecting;
  asked_ = system_clock().now();
  tracks_.clear();
  ports_.clear();
  apart_ = false;
  watch(deadline());
  open_connection();
}

void Session::open_connection() {
  if (connection_) connection_->close();
  deframer_ = Deframer();
  const auto weak = weak_from_this();
  const auto alive = [weak](auto what) {
    return [weak, what](auto&&... arguments) {
      const auto self = weak.lock();
      return self ? ((*self).*what)(std::forward<decltype(arguments)>(arguments)...)
                  : decltype(((*self).*what)(std::forward<decltype(arguments)>(arguments)...))();
    };
  };
  connection_ =
      Connection::open(loop_, url_, options_.tls,
                       {alive(&Session::on_connected), alive(&Session::on_received), alive(&Session::on_closed)});
}

void Session::on_connected(const std::string& peer) {
  if (phase_ == Phase::playing) {  // again, to say that somebody is here
    apart_ = false;
    return send(dialogue_.keep_alive());
  }
  phase_ = Phase::talking;
  peer_ = peer;
  go_on(dialogue_.start(peer));
}

std::size_t Session::on_received(std::span<const std::uint8_t> bytes) {
  const auto connection = connection_;
  now_ = system_clock().now();
  std::size_t at = 0;
  // A redirect goes to another connection: what this one still says is of no interest.
  while (connection == connection_ && phase_ != Phase::ended) {
    auto next = deframer_.next(bytes.subspan(at));
    at += next.consumed;
    if (std::holds_alternative<NeedMoreBytes>(next.item)) break;
    std::visit(
        [this](auto& item) {
          if constexpr (!std::is_same_v<decltype(item), NeedMoreBytes&>) on_item(item);
        },
        next.item);
  }
  return at;
}

void Session::on_item(InterleavedData data) {
  const auto& tracks = dialogue_.tracks();
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (data.channel == tracks[i].rtp_channel || data.channel == tracks[i].rtcp_channel) {
      return on_data(i, data.payload);
    }
  }
}

void Session::on_item(const Message& message) {
  if (!message.is_response()) {
    send(Dialogue::answer(message));
    return;
  }
  if (phase_ == Phase::leaving) {
    if (message.cseq() == dialogue_.cseq()) close_all();
    return;
  }
  challenged_ = message.status == 401;
  go_on(dialogue_.on_response(message));
}

void Session::on_item(MessageFault fault) {
  const bool limit = fault != MessageFault::not_rtsp;
  end({ErrorKind::source, limit ? "the camera's answer is longer than is read" : "the answer is not RTSP",
       limit ? "check that the URL plays elsewhere" : "check the port: 554 is usual",
       limit ? SourceFault::limit : SourceFault::not_rtsp});
}

void Session::on_closed(Error error) {
  // Some cameras close after each 401: what they asked for is known now.
  if (phase_ == Phase::talking && std::exchange(challenged_, false) && ++reconnects_ <= kMostReconnects) {
    return connect();
  }
  // Media that come over UDP need no connection, and some cameras close one that says nothing for a while.
  if (phase_ == Phase::playing && options_.transport == RtspTransport::udp && opened()) {
    if (!std::exchange(apart_, true)) parted_ = system_clock().now();
    return watch(deadline());
  }
  end(std::move(error));
}

void Session::go_on(Dialogue::Step step) {
  if (auto* request = std::get_if<Dialogue::Send>(&step)) {
    // Media may overtake the answer to PLAY.
    if (tracks_.empty() && dialogue_.asked() == "PLAY") add_tracks();
    send(request->request);
  } else if (std::holds_alternative<Dialogue::Playing>(step)) {
    begin_media();
  } else if (auto* redirect = std::get_if<Dialogue::GoTo>(&step)) {
    url_ = redirect->url;
    challenged_ = false;
    connect();
  } else if (auto* error = std::get_if<Error>(&step)) {
    end(std::move(*error));
  }
}

void Session::send(const std::string& request) {
  asked_ = system_clock().now();
  if (phase_ == Phase::talking) watch(deadline());
  connection_->send(request);
}

/// Tells the owner, once, and is done. What names no source yet is given its name.
void Session::end(Error error) {
  if (phase_ == Phase::ended) return;
  close_all();
  auto* sink = std::exchange(sink_, nullptr);
  if (sink == nullptr) return;
  if (!error.what.starts_with(shown_)) error.what = shown_ + ": " + error.what;
  sink->on_ended(std::move(error));
}

void Session::leave() {
  sink_ = nullptr;
  if (phase_ == Phase::ended) return;
  keep_alive_.cancel();
  for (const auto& pair : ports_) {
    if (pair) pair->close();
  }
  const std::string farewell = phase_ == Phase::connecting ? "" : dialogue_.teardown();
  if (farewell.empty() || apart_) return close_all();
  phase_ = Phase::leaving;
  connection_->send(farewell);
  watchdog_.set(system_clock().now() + kFarewell, [self = shared_from_this()] { self->close_all(); });
}

void Session::close_all() {
  phase_ = Phase::ended;
  watchdog_.cancel();
  keep_alive_.cancel();
  if (connection_) connection_->close();
  for (const auto& pair : ports_) {
    if (pair) pair->close();
  }
}

}  // namespace lyn::rtsp
