#include "stages/ingest/rtsp/receiver.h"

#include <utility>

#include "stages/ingest/rtsp/session.h"

namespace lyn {
namespace {

/// The owner's end: dropped with its session left to say goodbye on the loop.
class SessionReceiver final : public Receiver {
 public:
  SessionReceiver(const SourceUri& uri, rtsp::Url url, const SourceOptions& options, Sink& sink)
      : loop_(rtsp::EventLoop::shared()),
        session_(std::make_shared<rtsp::Session>(*loop_, uri, std::move(url), options, sink)) {
    loop_->post([session = session_] { session->begin(); });
  }
  ~SessionReceiver() override {
    loop_->run_and_wait([this] { std::exchange(session_, nullptr)->leave(); });
  }

  NetworkCounters counters() const override {
    NetworkCounters counters;
    loop_->run_and_wait([&] { counters = session_->counters(); });
    return counters;
  }
  bool offers_audio() const override {
    bool offers = false;
    loop_->run_and_wait([&] { offers = session_->offers_audio(); });
    return offers;
  }
  std::optional<AudioInfo> audio() const override {
    std::optional<AudioInfo> audio;
    loop_->run_and_wait([&] { audio = session_->audio(); });
    return audio;
  }
  int profile() const override {
    int profile = 0;
    loop_->run_and_wait([&] { profile = session_->profile(); });
    return profile;
  }

 private:
  std::shared_ptr<rtsp::EventLoop> loop_;
  std::shared_ptr<rtsp::Session> session_;
};

/// A URL that cannot be parsed is told like any other failure, later and from the loop.
class RefusedReceiver final : public Receiver {
 public:
  RefusedReceiver(const SourceUri& uri, Sink& sink)
      : loop_(rtsp::EventLoop::shared()), alive_(std::make_shared<bool>(true)) {
    Error error{ErrorKind::source, uri.shown + ": is no RTSP URL", "write it as rtsp://user:password@host:port/path",
                SourceFault::other};
    loop_->post([alive = alive_, error = std::move(error), &sink] {
      if (*alive) sink.on_ended(error);
    });
  }
  ~RefusedReceiver() override {
    loop_->run_and_wait([this] { *alive_ = false; });
  }
  NetworkCounters counters() const override { return {}; }
  std::optional<AudioInfo> audio() const override { return std::nullopt; }
  bool offers_audio() const override { return false; }
  int profile() const override { return 0; }

 private:
  std::shared_ptr<rtsp::EventLoop> loop_;
  std::shared_ptr<bool> alive_;
};

}  // namespace

std::unique_ptr<Receiver> Receiver::start(const SourceUri& uri, const SourceOptions& options, Sink& sink) {
  auto url = rtsp::parse_url(uri.target);
  if (!url) return std::make_unique<RefusedReceiver>(uri, sink);
  return std::make_unique<SessionReceiver>(uri, std::move(*url), options, sink);
}

}  // namespace lyn
