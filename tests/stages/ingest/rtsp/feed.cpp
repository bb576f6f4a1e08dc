#include "stages/ingest/rtsp/feed.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "stages/ingest/rtsp/bytes_of.h"
#include "stages/ingest/rtsp/deframer.h"
#include "stages/ingest/rtsp/dialogue.h"
#include "stages/ingest/rtsp/media_track.h"

namespace lyn::rtsp {
namespace {

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What must hold of any input, in fuzz targets as well, where there is no GoogleTest.
void require(bool holds) {
  if (!holds) std::abort();
}

DialogueOptions options() {
  DialogueOptions options;
  options.url = *parse_url("rtsp://me:secret@10.0.0.7/main");
  options.shown = "cam";
  options.with_audio = true;
  return options;
}

MediaPlan plan_for(std::uint8_t kind) {
  MediaPlan plan;
  if (kind % 5 == 1) plan.codec = CodecId::hevc;
  if (kind % 5 == 2) plan.codec = CodecId::mjpeg;
  if (kind % 5 == 0 || kind % 5 == 4) plan.codec = CodecId::h264;
  if (kind % 5 == 3) {
    plan.video = false;
    plan.au_size_bits = 13;
    plan.au_index_bits = 3;
  }
  return plan;
}

}  // namespace

void feed_stream(std::span<const std::uint8_t> bytes) {
  Deframer deframer;
  deframer.expect_channels(0, 1);
  std::size_t begin = 0;
  std::size_t step = bytes.empty() ? 1 : bytes[0] % 64U + 1;
  for (std::size_t end = std::min(step, bytes.size()); begin < bytes.size(); end = std::min(end + step, bytes.size())) {
    for (;;) {
      const auto next = deframer.next(bytes.subspan(begin, end - begin));
      if (std::holds_alternative<MessageFault>(next.item)) return;
      require(next.consumed <= end - begin);
      begin += next.consumed;
      if (const auto* message = std::get_if<Message>(&next.item)) {
        (void)strongest_challenge(message->all("WWW-Authenticate"));
        (void)parse_transport(message->header("Transport").value_or(""));
        (void)parse_session(message->header("Session").value_or(""));
      }
      if (std::holds_alternative<NeedMoreBytes>(next.item)) break;
      require(next.consumed > 0);
    }
    if (end == bytes.size()) return;
  }
}

void feed_description(std::span<const std::uint8_t> bytes) {
  const auto text = text_of(bytes);
  const auto base = *parse_url("rtsp://10.0.0.7/main");
  if (const auto url = resolve_control(base, text)) require(url->text().find_first_of("\r\n ") == std::string::npos);
  if (const auto url = parse_url(text)) require(parse_url(url->text()).has_value());
  if (const auto sdp = parse_sdp(text)) (void)plan_media(*sdp, true, "cam");
}

void feed_dialogue(std::span<const std::uint8_t> bytes) {
  const bool says_it_itself = text_of(bytes).find("secret") != std::string_view::npos;
  Dialogue dialogue(options());
  (void)dialogue.start("10.0.0.7");
  while (!bytes.empty()) {
    auto parsed = parse_message(bytes);
    auto* message = std::get_if<ParsedMessage>(&parsed);
    if (message == nullptr) return;
    bytes = bytes.subspan(message->consumed);
    const auto step = dialogue.on_response(message->message);
    if (const auto* request = std::get_if<Dialogue::Send>(&step)) {
      require(request->request.ends_with("\r\n\r\n"));
      require(says_it_itself || request->request.find("secret") == std::string::npos);
    }
    if (std::holds_alternative<Error>(step)) return;
    if (std::holds_alternative<Dialogue::GoTo>(step)) (void)dialogue.start("10.0.0.7");
    if (std::holds_alternative<Dialogue::Playing>(step)) (void)dialogue.keep_alive();
  }
}

void feed_media(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const std::uint8_t kind = bytes[0];
  bytes = bytes.subspan(1);
  std::size_t given = 0;
  MediaTrack::Events events;
  events.opened = [](const StreamInfo&) {};
  events.packet = [&](const Packet& packet) {
    given += packet.bytes.size();
    require(packet.bytes.data()[packet.bytes.size()] == 0);
  };
  events.refused = [](const Error&) {};
  MediaTrack track(plan_for(kind), kind < 128, "cam", 1, std::move(events));
  Clock::Monotonic now{std::chrono::seconds(1)};
  std::size_t taken = 0;
  while (bytes.size() >= 2) {
    const std::size_t length = std::min<std::size_t>(bytes[0] << 8 | bytes[1], bytes.size() - 2);
    const auto packet = bytes.subspan(2, length);
    bytes = bytes.subspan(2 + length);
    taken += length + 1024;  // headers that are put back
    now += std::chrono::milliseconds(10);
    track.on_rtp(packet, now);
    if (kind % 5 == 4) track.on_rtcp(packet, now);
    (void)track.report_if_due(now);
  }
  require(given <= 2 * taken);  // nothing grows out of nothing
}

void feed_parameter_set(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  ParameterSets sets(bytes[0] % 2 == 0 ? CodecId::h264 : CodecId::hevc);
  (void)sets.add(bytes.subspan(1));
  if (sets.facts()) require(sets.facts()->width > 0 && sets.facts()->height > 0);
}

}  // namespace lyn::rtsp
