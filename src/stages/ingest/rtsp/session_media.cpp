#include <algorithm>
#include <limits>
#include <utility>

#include "stages/ingest/rtsp/auth.h"
#include "stages/ingest/rtsp/session.h"
#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

using std::chrono::milliseconds;

/// For connecting, for each answer, and for the first media: FAULTS 2 to 4 want them seen within 5 s.
constexpr milliseconds kAnswerWithin{4'500};
/// Cameras that send keyframes more rarely are not waited for.
constexpr std::chrono::seconds kKeyframeWithin{30};
/// After BYE the source may come back under another number.
constexpr milliseconds kGoneAfterBye{500};
/// UDP: a camera that closes its connection and goes on sends a picture within this.
constexpr milliseconds kGoneAfterClose{800};
constexpr unsigned kLeastSessionSeconds = 1;
constexpr unsigned kMostSessionSeconds = 600;

std::string seconds(milliseconds span) {
  const auto tenths = span.count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// RTCP says so itself (RFC 5761 4): some cameras send it, or RTP, to the neighbouring port or channel.
bool is_report(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

std::uint32_t random_ssrc() {
  return number<std::uint32_t>(std::string_view(fresh_nonce()).substr(0, 8), 16).value_or(1);
}

AudioInfo audio_of(const MediaPlan& plan) {
  constexpr const char* kNames[] = {"aac", "pcm_mulaw", "pcm_alaw"};
  constexpr int kAacFrame = 1024;
  AudioInfo info{kNames[static_cast<int>(plan.audio_codec)], plan.clock_rate, plan.channels, plan.audio_config};
  if (plan.audio_codec == AudioCodec::aac) info.frame_size = kAacFrame;
  return info;
}

}  // namespace

Result<std::uint16_t> Session::open_ports(std::size_t track) {
  const auto weak = weak_from_this();
  const auto take = [weak, track](std::span<const std::uint8_t> bytes) {
    const auto self = weak.lock();
    if (!self) return;
    self->now_ = system_clock().now();
    self->on_data(track, bytes);
  };
  auto pair = UdpPair::open(loop_, peer_, {take, take});
  if (!pair) return pair.error();
  ports_.resize(std::max(ports_.size(), track + 1));
  ports_[track] = *pair;
  return (*pair)->rtp_port();
}

void Session::begin_media() {
  phase_ = Phase::playing;
  played_ = media_ = picture_ = system_clock().now();
  keep_alive();
  watch(deadline());
}

void Session::add_tracks() {
  const auto& tracks = dialogue_.tracks();
  for (std::size_t i = 0; i < tracks.size(); ++i) add_track(i, tracks[i]);
}

void Session::add_track(std::size_t index, const Track& track) {
  const bool tcp = options_.transport == RtspTransport::tcp;
  if (tcp) deframer_.expect_channels(track.rtp_channel, track.rtcp_channel);
  if (!tcp && ports_[index] && track.server_ports) {
    ports_[index]->greet(track.server_ports->first, track.server_ports->second);
  }
  MediaTrack::Events events;
  events.opened = [this, video = track.plan.video](const StreamInfo& stream) {
    if (video) on_opened(stream);
  };
  events.packet = [this, index](Packet packet) { on_packet(tracks_[index]->plan(), std::move(packet)); };
  events.refused = [this](const Error& error) { end(error); };
  tracks_.push_back(std::make_unique<MediaTrack>(track.plan, tcp, shown_, random_ssrc(), std::move(events)));
}

void Session::on_opened(const StreamInfo& stream) {
  picture_ = now_;
  watch(deadline());
  if (sink_ != nullptr) sink_->on_opened(stream);
}

/// From the first packet on, what is waited for is a keyframe.
void Session::on_media() {
  const bool first = media_ == played_;
  media_ = now_;
  if (!first) return;
  watch(deadline());
  if (sink_ != nullptr) sink_->on_media();
}

void Session::on_packet(const MediaPlan& plan, Packet packet) {
  if (plan.video) picture_ = now_;
  if (sink_ == nullptr) return;
  if (plan.video) return sink_->on_packet(std::move(packet));
  packet.sound = true;
  sink_->on_audio(audio_of(plan), std::move(packet));
}

std::optional<AudioInfo> Session::audio() const {
  for (const auto& track : tracks_) {
    if (!track->plan().video) return audio_of(track->plan());
  }
  return std::nullopt;
}

void Session::on_data(std::size_t index, std::span<const std::uint8_t> bytes) {
  if (sink_ == nullptr || index >= tracks_.size()) return;
  MediaTrack& track = *tracks_[index];
  if (is_report(bytes)) {
    const bool had_left = track.left();
    track.on_rtcp(bytes, now_);
    if (track.left() && !had_left && track.plan().video) {
      left_ = now_;
      watch(deadline());
    }
  } else {
    if (track.plan().video) on_media();
    track.on_rtp(bytes, now_);
  }
  if (sink_ == nullptr) return;
  const auto report = track.report_if_due(now_);
  if (!report) return;
  if (options_.transport == RtspTransport::udp) return ports_[index]->send_rtcp(*report);
  std::array<std::uint8_t, kReceiverReportBytes + 4> framed{'$', dialogue_.tracks()[index].rtcp_channel, 0,
                                                            kReceiverReportBytes};
  std::ranges::copy(*report, framed.begin() + 4);
  connection_->send(framed);
}

/// Twice within the time after which the camera would forget the session.
void Session::keep_alive() {
  const unsigned timeout = std::clamp(dialogue_.session_timeout_s(), kLeastSessionSeconds, kMostSessionSeconds);
  keep_alive_.set(system_clock().now() + milliseconds(500 * timeout), [this] {
    apart_ ? open_connection() : send(dialogue_.keep_alive());
    if (phase_ == Phase::playing) keep_alive();
  });
}

/// The timer is not moved with each packet: when it goes off, the deadline may have moved on.
void Session::watch(Clock::Monotonic due) {
  watchdog_.set(due, [this] { on_deadline(); });
}

void Session::on_deadline() {
  const auto due = deadline();
  if (system_clock().now() < due) return watch(due);
  end(overdue());
}

bool Session::opened() const {
  return std::ranges::any_of(tracks_, [](const auto& track) { return track->plan().video && track->opened(); });
}

/// The camera closed its connection, and no picture has come since.
bool Session::is_gone() const {
  return apart_ && picture_ <= parted_;
}

bool Session::has_left() const {
  return std::ranges::any_of(tracks_, [](const auto& track) { return track->plan().video && track->left(); });
}

int Session::profile() const {
  return tracks_.empty() ? 0 : tracks_.front()->profile();
}

Clock::Monotonic Session::deadline() const {
  const auto answer = std::min<milliseconds>(kAnswerWithin, options_.open_timeout);
  if (phase_ != Phase::playing) return std::min(asked_ + answer, began_ + options_.open_timeout);
  if (has_left()) return left_ + kGoneAfterBye;
  if (is_gone()) return parted_ + kGoneAfterClose;
  if (opened()) return picture_ + options_.stall_timeout;
  if (media_ == played_) return played_ + answer;
  return std::min(media_ + options_.stall_timeout, played_ + kKeyframeWithin);
}

/// What the deadline that has passed means.
Error Session::overdue() const {
  const auto error = [](SourceFault fault, const std::string& what, const char* remedy) {
    return Error{ErrorKind::source, what, remedy, fault};
  };
  if (phase_ != Phase::playing) {
    const std::string what = phase_ == Phase::connecting ? "" : " to " + dialogue_.asked();
    return error(SourceFault::timeout, "the camera did not answer in time" + what,
                 "check that it is switched on and reachable");
  }
  if (has_left()) return error(SourceFault::closed, "the camera ended the stream", "check the camera");
  if (is_gone()) return error(SourceFault::closed, "the camera closed the connection", "check the camera");
  if (!opened() && media_ == played_) {
    const bool udp = options_.transport == RtspTransport::udp;
    return error(SourceFault::no_media, "the camera agreed to play, but sent nothing",
                 udp ? "a firewall may hold UDP back: set transport: tcp" : "check the camera");
  }
  if (!opened() && media_ + options_.stall_timeout > played_ + kKeyframeWithin) {
    return error(SourceFault::no_media, "no keyframe came for " + seconds(kKeyframeWithin),
                 "have the camera send one every few seconds");
  }
  return error(SourceFault::stalled, "no picture came for " + seconds(options_.stall_timeout),
               "check the camera and the network, or raise stall_timeout");
}

NetworkCounters Session::counters() const {
  NetworkCounters counters;
  for (const auto& track : tracks_) track->add_to(counters);
  for (const auto& pair : ports_) counters.foreign += pair ? pair->foreign() : 0;
  counters.stray_bytes = deframer_.skipped();
  return counters;
}

}  // namespace lyn::rtsp
