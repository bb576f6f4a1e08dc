#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "stages/ingest/rtsp/auth.h"
#include "stages/ingest/rtsp/media_plan.h"
#include "stages/ingest/rtsp/message.h"
#include "stages/ingest/rtsp/transport_header.h"
#include "stages/ingest/rtsp/url.h"

namespace lyn::rtsp {

struct DialogueOptions {
  Url url;
  std::string shown;  ///< for messages: passwords hidden
  bool udp = false;
  bool with_audio = false;
  std::vector<std::string> allowed_hosts;  ///< that the camera may name besides its own
  /// Gives the first of two local ports for a track (UDP).
  std::function<Result<std::uint16_t>(std::size_t track)> open_ports;
};

/// One media as it was set up.
struct Track {
  MediaPlan plan;
  std::uint8_t rtp_channel = 0;  ///< TCP
  std::uint8_t rtcp_channel = 1;
  std::optional<std::pair<std::uint16_t, std::uint16_t>> server_ports;  ///< UDP
};

/// The client's side of an RTSP 1.0 session up to PLAY and after it, without any I/O: takes what the server
/// said, gives what to do next. One request is under way at a time.
///
/// Asks for nothing but the host it was given: a redirect, control URL or `c=` of another one is an error
/// (fault `elsewhere`) unless allowed. Passwords are sent only when asked for.
class Dialogue {
 public:
  explicit Dialogue(DialogueOptions options);

  struct Send {
    std::string request;
  };
  struct Wait {};     ///< the message changed nothing
  struct Playing {};  ///< PLAY was answered: media follows
  struct GoTo {       ///< a redirect: connect there, then start()
    Url url;
  };
  using Step = std::variant<Wait, Send, Playing, GoTo, Error>;

  /// A connection is open. `peer`: the numeric address behind it, which the camera may call itself.
  Step start(std::string peer);
  /// The server's response. Late answers to earlier requests change nothing.
  Step on_response(const Message& response);
  /// What to answer to a request of the server's.
  static std::string answer(const Message& request);

  [[nodiscard]] const std::vector<Track>& tracks() const { return tracks_; }
  [[nodiscard]] bool playing() const { return state_ == State::playing; }
  [[nodiscard]] unsigned session_timeout_s() const { return session_.timeout_s; }
  /// GET_PARAMETER where the server has it, OPTIONS where not (RFC 2326 10.8, A.1).
  std::string keep_alive();
  /// Empty before a session exists.
  std::string teardown();
  /// "DESCRIBE": what an answer is awaited to, for messages.
  [[nodiscard]] const std::string& asked() const { return method_; }
  [[nodiscard]] std::uint32_t cseq() const { return cseq_; }
  [[nodiscard]] bool offers_audio() const { return offers_audio_; }

 private:
  enum class State { options, describe, setup, play, playing };

  Send request(std::string method, const std::string& uri, const std::string& headers = "");
  std::string write();
  Step on_refusal(const Message& response);
  Step on_unauthorised(const Message& response);
  Step on_redirect(const Message& response);
  Step on_options(const Message& response);
  Step on_describe(const Message& response);
  Step on_setup(const Message& response);
  Step on_play(const Message& response);
  Step on_keep_alive(const Message& response);
  Step set_up_next();
  Step set_up_from_asked();
  Step play(bool with_range);
  Step play_next();
  Status choose_base(const Message& response);
  Result<Url> control_url(const std::string& control) const;
  Status check_connections(const Sdp& sdp) const;
  [[nodiscard]] bool is_ours(std::string_view host) const;
  [[nodiscard]] Error error(SourceFault fault, const std::string& what, const std::string& remedy) const;
  [[nodiscard]] Error elsewhere(const std::string& what, const std::string& host) const;

  DialogueOptions options_;
  std::string peer_;
  Authoriser authoriser_;
  State state_ = State::options;
  std::uint32_t cseq_ = 0;
  std::string method_;  ///< of the request under way
  std::string uri_;
  std::string headers_;  ///< of its own
  int challenges_ = 0;   ///< answered for the request under way
  int redirects_ = 0;
  bool can_get_parameter_ = false;
  bool offers_audio_ = false;
  Url base_;                ///< what control URLs are relative to
  bool base_said_ = false;  ///< by the camera, which may be wrong
  std::string control_;     ///< of the whole session, as the description has it
  Url aggregate_;           ///< what PLAY and TEARDOWN name
  std::vector<Track> tracks_;
  std::size_t next_track_ = 0;  ///< to be set up, or to be played where each is for itself
  bool play_each_ = false;
  SessionAnswer session_;
};

}  // namespace lyn::rtsp
