#include "stages/ingest/rtsp/dialogue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stages/ingest/rtsp/refusals.h"
#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr int kMostRedirects = 3;
/// A nonce may have grown stale twice in a row; a third time the server plays with us.
constexpr int kMostChallenges = 3;
constexpr std::string_view kAgent = "Lynceus";
constexpr const char* kRange = "Range: npt=0.000-\r\n";

bool is_redirect(int status) {
  return status >= 301 && status <= 308 && status != 304 && status != 306;
}

}  // namespace

Dialogue::Dialogue(DialogueOptions options)
    : options_(std::move(options)), authoriser_(options_.url.user, options_.url.password) {}

Error Dialogue::error(SourceFault fault, const std::string& what, const std::string& remedy) const {
  return {ErrorKind::source, options_.shown + ": " + what, remedy, fault};
}

Dialogue::Step Dialogue::start(std::string peer) {
  peer_ = std::move(peer);
  state_ = State::options;
  tracks_.clear();
  next_track_ = 0;
  play_each_ = false;
  session_ = {};
  return request("OPTIONS", options_.url.text());
}

Dialogue::Send Dialogue::request(std::string method, const std::string& uri, const std::string& headers) {
  method_ = std::move(method);
  uri_ = uri;
  headers_ = headers;
  challenges_ = 0;
  return {write()};
}

std::string Dialogue::write() {
  std::string text = method_ + " " + uri_ + " RTSP/1.0\r\nCSeq: " + std::to_string(++cseq_) + "\r\n";
  text.append("User-Agent: ").append(kAgent).append("\r\n");
  if (!session_.id.empty()) text += "Session: " + session_.id + "\r\n";
  if (authoriser_.has_challenge()) {
    text += "Authorization: " + authoriser_.authorise(method_, uri_, fresh_nonce()) + "\r\n";
  }
  return text + headers_ + "\r\n";
}

Dialogue::Step Dialogue::on_response(const Message& response) {
  const auto cseq = response.cseq();
  if (cseq && *cseq != cseq_) return Wait{};
  if (response.status < 200) return Wait{};
  if (response.status == 401) return on_unauthorised(response);
  if (state_ == State::playing) return on_keep_alive(response);
  if (is_redirect(response.status)) return on_redirect(response);
  if (state_ == State::options) return on_options(response);
  if (state_ == State::play && response.status >= 300) return on_play(response);
  if (state_ == State::setup && response.status == 404 && next_track_ == 0 && base_said_) return set_up_from_asked();
  if (response.status >= 300) return on_refusal(response);
  if (const auto session = response.header("Session")) {
    if (auto answer = parse_session(*session)) session_ = std::move(*answer);
  }
  switch (state_) {
    case State::describe:
      return on_describe(response);
    case State::setup:
      return on_setup(response);
    default:
      return on_play(response);
  }
}

/// Servers that do not know OPTIONS may still have the rest.
Dialogue::Step Dialogue::on_options(const Message& response) {
  const auto offered = response.header("Public");
  can_get_parameter_ = offered && lower(*offered).find("get_parameter") != std::string::npos;
  state_ = State::describe;
  return request("DESCRIBE", options_.url.text(), "Accept: application/sdp\r\n");
}

Dialogue::Step Dialogue::on_unauthorised(const Message& response) {
  const auto refused = error(SourceFault::unauthorised, "the camera refused user or password",
                             "check both; many tries may lock the account");
  if (!options_.url.has_user) return refused;
  auto challenge = strongest_challenge(response.all("WWW-Authenticate"));
  if (!challenge) {
    return error(SourceFault::unauthorised, "the camera asks for a password in a way that is not known here",
                 "set its authentication to Basic or Digest");
  }
  // The first challenge of a request may be news; after that only a stale nonce is no verdict.
  if (challenges_ > 0 && (!challenge->stale || challenges_ >= kMostChallenges)) return refused;
  ++challenges_;
  authoriser_.accept(std::move(*challenge));
  return Send{write()};
}

Dialogue::Step Dialogue::on_redirect(const Message& response) {
  const auto location = response.header("Location");
  auto url = location ? parse_url(trim(*location)) : std::nullopt;
  if (!url) return error(SourceFault::elsewhere, "the camera redirects to no RTSP address", "name its real address");
  if (!is_ours(url->host)) return elsewhere("the camera redirects", url->host);
  if (options_.url.tls && !url->tls) {
    return error(SourceFault::elsewhere, "the camera redirects from rtsps:// to rtsp://",
                 "use rtsp:// if that is meant");
  }
  if (++redirects_ > kMostRedirects) {
    return error(SourceFault::elsewhere, "the camera redirects again and again", "name its real address");
  }
  url->user = options_.url.user;
  url->password = options_.url.password;
  url->has_user = options_.url.has_user;
  options_.url = *url;
  return GoTo{std::move(*url)};
}

Dialogue::Step Dialogue::on_refusal(const Message& response) {
  const Refusal refusal = explain_status(response.status, method_, options_.udp);
  return error(refusal.fault, refusal.what, refusal.remedy);
}

Dialogue::Step Dialogue::on_describe(const Message& response) {
  const auto sdp = parse_sdp(response.body);
  if (!sdp) {
    return error(SourceFault::not_rtsp, "the camera's description of the stream cannot be read",
                 "check that the URL plays elsewhere");
  }
  offers_audio_ = std::ranges::any_of(sdp->media, [](const SdpMedia& media) { return media.type == "audio"; });
  auto plans = plan_media(*sdp, options_.with_audio, options_.shown);
  if (!plans) return plans.error();
  if (auto fine = check_connections(*sdp); !fine) return fine.error();
  control_ = sdp->control;
  if (auto fine = choose_base(response); !fine) return fine.error();
  for (auto& plan : *plans) tracks_.push_back({std::move(plan), 0, 1, std::nullopt});
  state_ = State::setup;
  return set_up_next();
}

/// Content-Base, Content-Location or the URL asked for. A base that names another host is wrong rather than
/// wicked (cameras behind address translation): the URL asked for is what works then.
Status Dialogue::choose_base(const Message& response) {
  base_ = options_.url;
  base_said_ = false;
  for (const char* name : {"Content-Location", "Content-Base"}) {
    const auto value = response.header(name);
    const auto url = value ? parse_url(trim(*value)) : std::nullopt;
    if (!url || !is_ours(url->host)) continue;
    base_ = *url;
    base_said_ = true;
  }
  LYN_TRY(aggregate_, control_url(control_));
  return {};
}

Result<Url> Dialogue::control_url(const std::string& control) const {
  const auto url = resolve_control(base_, control);
  if (!url) {
    return error(SourceFault::not_rtsp, "the camera names a track in a way that is no RTSP URL",
                 "check that the URL plays elsewhere");
  }
  if (!is_ours(url->host)) return elsewhere("the camera's description points", url->host);
  return *url;
}

/// `c=` is of no use with RTSP's unicast, and is often 0.0.0.0 or the group of a multicast that was not asked for.
Status Dialogue::check_connections(const Sdp& sdp) const {
  std::vector<std::string> named{sdp.connection};
  for (const SdpMedia& media : sdp.media) named.push_back(media.connection);
  for (const std::string& host : named) {
    if (host.empty() || is_ours(host) || is_multicast(host)) continue;
    return elsewhere("the camera's description points", host);
  }
  return {};
}

bool Dialogue::is_ours(std::string_view host) const {
  if (same_word(host, options_.url.host) || same_word(host, peer_) || host == "0.0.0.0" || host == "::") return true;
  return std::ranges::any_of(options_.allowed_hosts, [&](const auto& allowed) { return same_word(host, allowed); });
}

Error Dialogue::elsewhere(const std::string& what, const std::string& host) const {
  return error(SourceFault::elsewhere, what + " to another host, " + printable(host),
               "name that host in the source, or allow it with allow_hosts");
}

Dialogue::Step Dialogue::set_up_next() {
  if (next_track_ == tracks_.size()) return play(true);
  Track& track = tracks_[next_track_];
  const auto url = control_url(track.plan.control);
  if (!url) return url.error();
  std::string transport;
  if (options_.udp) {
    const auto port = options_.open_ports(next_track_);
    if (!port) return port.error();
    transport = "RTP/AVP;unicast;client_port=" + std::to_string(*port) + "-" + std::to_string(*port + 1);
  } else {
    track.rtp_channel = static_cast<std::uint8_t>(2 * next_track_);
    track.rtcp_channel = static_cast<std::uint8_t>(2 * next_track_ + 1);
    transport = "RTP/AVP/TCP;unicast;interleaved=" + std::to_string(track.rtp_channel) + "-" +
                std::to_string(track.rtcp_channel);
  }
  return request("SETUP", url->text(), "Transport: " + transport + "\r\n");
}

/// The base that the camera named leads nowhere: the URL asked for may.
Dialogue::Step Dialogue::set_up_from_asked() {
  base_said_ = false;
  base_ = options_.url;
  const auto url = control_url(control_);
  if (!url) return url.error();
  aggregate_ = *url;
  return set_up_next();
}

Dialogue::Step Dialogue::on_setup(const Message& response) {
  Track& track = tracks_[next_track_];
  const auto answer = parse_transport(response.header("Transport").value_or(""));
  if (answer.multicast || (options_.udp && answer.tcp)) {
    const Refusal refusal = explain_status(461, method_, options_.udp);
    return error(refusal.fault, refusal.what, refusal.remedy);
  }
  if (answer.channels) std::tie(track.rtp_channel, track.rtcp_channel) = *answer.channels;
  track.server_ports = answer.server_ports;
  ++next_track_;
  return set_up_next();
}

Dialogue::Step Dialogue::play(bool with_range) {
  state_ = State::play;
  return request("PLAY", aggregate_.text(), with_range ? kRange : "");
}

Dialogue::Step Dialogue::on_play(const Message& response) {
  constexpr int kInvalidRange = 457;
  constexpr int kNoAggregate = 459;
  if (response.status == kInvalidRange && !headers_.empty()) return play(false);
  if (response.status == kNoAggregate && !play_each_) {
    play_each_ = true;
    next_track_ = 0;
    return play_next();
  }
  if (response.status >= 300) return on_refusal(response);
  if (play_each_ && ++next_track_ < tracks_.size()) return play_next();
  state_ = State::playing;
  return Playing{};
}

/// Where a camera plays its tracks one by one only, the first of them, the video, also stands for the session.
Dialogue::Step Dialogue::play_next() {
  const auto url = control_url(tracks_[next_track_].plan.control);
  if (!url) return url.error();
  if (next_track_ == 0) aggregate_ = *url;
  return request("PLAY", url->text());
}

std::string Dialogue::keep_alive() {
  return request(can_get_parameter_ ? "GET_PARAMETER" : "OPTIONS", aggregate_.text()).request;
}

Dialogue::Step Dialogue::on_keep_alive(const Message& response) {
  if (response.status == 454) {
    return error(SourceFault::closed, "the camera ended the session", "check the camera; it may have restarted");
  }
  if (response.status >= 400) can_get_parameter_ = false;
  return Wait{};
}

std::string Dialogue::teardown() {
  return session_.id.empty() ? "" : request("TEARDOWN", aggregate_.text()).request;
}

std::string Dialogue::answer(const Message& request) {
  const bool known = request.method == "OPTIONS" || request.method == "GET_PARAMETER" ||
                     request.method == "SET_PARAMETER" || request.method == "ANNOUNCE";
  std::string text = known ? "RTSP/1.0 200 OK\r\n" : "RTSP/1.0 501 Not Implemented\r\n";
  if (const auto cseq = request.cseq()) text += "CSeq: " + std::to_string(*cseq) + "\r\n";
  return text + "\r\n";
}

}  // namespace lyn::rtsp
