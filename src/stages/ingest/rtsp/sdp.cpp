#include "stages/ingest/rtsp/sdp.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr int kMostClock = 10'000'000;
constexpr std::size_t kMostParameters = 32;

SdpFormat* find_format(SdpMedia& media, std::string_view payload_type) {
  const auto wanted = number<int>(trim(payload_type));
  const auto found =
      std::ranges::find_if(media.formats, [&](const SdpFormat& format) { return format.payload_type == wanted; });
  return found == media.formats.end() ? nullptr : &*found;
}

SdpMedia parse_media(std::string_view line) {
  SdpMedia media;
  media.type = lower(take_until(line, ' '));
  take_until(line, ' ');
  media.protocol = take_until(line, ' ');
  while (!line.empty() && media.formats.size() < kMostFormats) {
    const auto type = number<int>(trim(take_until(line, ' ')));
    if (type && *type < 128) media.formats.push_back({*type, "", 0, 1, {}});
  }
  return media;
}

/// "96 H264/90000", "97 MPEG4-GENERIC/16000/2"
void parse_rtpmap(std::string_view value, SdpMedia& media) {
  SdpFormat* format = find_format(media, take_until(value, ' '));
  if (format == nullptr) return;
  value = trim(value);
  format->encoding = take_until(value, '/');
  format->clock_rate = std::min(number<int>(trim(take_until(value, '/'))).value_or(0), kMostClock);
  format->channels = std::clamp(number<int>(trim(value)).value_or(1), 1, 8);
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

/// "96 packetization-mode=1; sprop-parameter-sets=Z0I=,aM4="
void parse_fmtp(std::string_view value, SdpMedia& media) {
  SdpFormat* format = find_format(media, take_until(value, ' '));
  if (format == nullptr) return;
  while (!value.empty() && format->parameters.size() < kMostParameters) {
    auto pair = take_until(value, ';');
    const auto name = lower(trim(take_until(pair, '=')));
    if (!name.empty()) format->parameters[name] = unquoted(trim(pair));
  }
}

/// "a=x-dimensions:1920,1080" (RFC 2435's streams of live555), "a=framesize:96 1920-1080" (3GPP)
void parse_size(std::string_view value, char separator, SdpMedia& media) {
  const auto width = number<int>(trim(take_until(value, separator)));
  const auto height = number<int>(trim(value));
  if (!width || !height || *width > 65'535 || *height > 65'535) return;
  media.width = *width;
  media.height = *height;
}

double parse_rate(std::string_view value) {
  const double rate = std::strtod(std::string(value).c_str(), nullptr);
  return std::isfinite(rate) && rate > 0 && rate <= 1000 ? rate : 0;
}

void parse_media_attribute(std::string_view name, std::string_view value, SdpMedia& media) {
  if (same_word(name, "rtpmap")) parse_rtpmap(value, media);
  if (same_word(name, "fmtp")) parse_fmtp(value, media);
  if (same_word(name, "control")) media.control = value;
  if (same_word(name, "framerate")) media.frame_rate = parse_rate(value);
  if (same_word(name, "x-dimensions")) parse_size(value, ',', media);
  if (same_word(name, "framesize")) {
    take_until(value, ' ');
    parse_size(value, '-', media);
  }
}

/// "IN IP4 10.0.0.7/127": the address alone.
std::string parse_connection(std::string_view value) {
  take_until(value, ' ');
  take_until(value, ' ');
  return std::string(trim(take_until(value, '/')));
}

void parse_attribute(std::string_view value, Sdp& sdp) {
  const auto name = trim(take_until(value, ':'));
  value = trim(value);
  if (!sdp.media.empty()) {
    parse_media_attribute(name, value, sdp.media.back());
  } else if (same_word(name, "control")) {
    sdp.control = value;
  }
}

/// False when there is more than is read.
bool parse_line(char type, std::string_view value, Sdp& sdp) {
  if (type == 'm') {
    if (sdp.media.size() >= kMostMedia) return false;
    sdp.media.push_back(parse_media(value));
  } else if (type == 'a') {
    parse_attribute(value, sdp);
  } else if (type == 'c') {
    (sdp.media.empty() ? sdp.connection : sdp.media.back().connection) = parse_connection(value);
  }
  return true;
}

}  // namespace

std::optional<Sdp> parse_sdp(std::string_view text) {
  Sdp sdp;
  bool any = false;
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() < 2 || line[1] != '=') continue;
    any = true;
    if (!parse_line(line[0], trim(line.substr(2)), sdp)) return std::nullopt;
  }
  return any ? std::optional(std::move(sdp)) : std::nullopt;
}

}  // namespace lyn::rtsp
