#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stages/ingest/rtsp/connection.h"
#include "stages/ingest/rtsp/deframer.h"
#include "stages/ingest/rtsp/dialogue.h"
#include "stages/ingest/rtsp/media_track.h"
#include "stages/ingest/rtsp/receiver.h"
#include "stages/ingest/rtsp/udp_pair.h"

namespace lyn::rtsp {

/// One camera on the event loop: its connection, the dialogue over it, its tracks and its deadlines.
/// Everything happens on the loop's thread; what the loop still has to do for it keeps it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(EventLoop& loop, const SourceUri& uri, Url url, SourceOptions options, Receiver::Sink& sink);

  void begin();
  /// The sink hears no more. Says TEARDOWN, and goes when that is answered or a second has passed.
  void leave();
  [[nodiscard]] NetworkCounters counters() const;
  [[nodiscard]] std::optional<AudioInfo> audio() const;
  [[nodiscard]] bool offers_audio() const { return dialogue_.offers_audio(); }
  [[nodiscard]] int profile() const;

 private:
  enum class Phase { connecting, talking, playing, leaving, ended };

  // session.cpp: connection and dialogue
  void connect();
  void on_connected(const std::string& peer);
  std::size_t on_received(std::span<const std::uint8_t> bytes);
  void on_item(InterleavedData data);
  void on_item(const Message& message);
  void on_item(MessageFault fault);
  void on_item(StrayBytes) {}
  void on_closed(Error error);
  void open_connection();
  void go_on(Dialogue::Step step);
  void send(const std::string& request);
  void end(Error error);
  void close_all();

  // session_media.cpp: tracks and deadlines
  Result<std::uint16_t> open_ports(std::size_t track);
  void begin_media();
  void add_tracks();
  void add_track(std::size_t index, const Track& track);
  void on_opened(const StreamInfo& stream);
  void on_media();
  void on_packet(const MediaPlan& plan, Packet packet);
  void on_data(std::size_t track, std::span<const std::uint8_t> bytes);
  void keep_alive();
  void watch(Clock::Monotonic due);
  void on_deadline();
  [[nodiscard]] bool opened() const;
  [[nodiscard]] bool has_left() const;
  [[nodiscard]] bool is_gone() const;
  [[nodiscard]] Clock::Monotonic deadline() const;
  [[nodiscard]] Error overdue() const;

  EventLoop& loop_;
  std::string shown_;
  SourceOptions options_;
  Receiver::Sink* sink_;
  Dialogue dialogue_;
  Url url_;
  Deframer deframer_;
  std::shared_ptr<Connection> connection_;
  std::vector<std::shared_ptr<UdpPair>> ports_;      ///< UDP: by track
  std::vector<std::unique_ptr<MediaTrack>> tracks_;  ///< as the dialogue's
  Phase phase_ = Phase::connecting;
  std::string peer_;
  Timer watchdog_;
  Timer keep_alive_;
  Clock::Monotonic now_{};      ///< when the bytes being handled came
  Clock::Monotonic began_{};    ///< of opening
  Clock::Monotonic asked_{};    ///< when the last request went out, or connecting began
  Clock::Monotonic played_{};   ///< when PLAY was answered
  Clock::Monotonic media_{};    ///< when the last video packet came
  Clock::Monotonic picture_{};  ///< when the last picture was complete
  Clock::Monotonic left_{};     ///< when the camera said BYE
  Clock::Monotonic parted_{};   ///< UDP: when the camera closed the connection, until it is open again
  bool apart_ = false;
  bool challenged_ = false;  ///< the last answer asked for a password
  int reconnects_ = 0;       ///< since a camera closed after asking
};

}  // namespace lyn::rtsp
