#include "stages/ingest/rtsp/media_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stages/ingest/rtsp/base64.h"
#include "stages/ingest/rtsp/refusals.h"
#include "stages/ingest/rtsp/text.h"

namespace lyn::rtsp {
namespace {

constexpr int kStaticJpeg = 26;
constexpr int kStaticPcmu = 0;
constexpr int kStaticPcma = 8;
constexpr std::size_t kMostSets = 64;

const std::string& parameter(const SdpFormat& format, const char* name) {
  static const std::string none;
  const auto found = format.parameters.find(name);
  return found == format.parameters.end() ? none : found->second;
}

int whole(const SdpFormat& format, const char* name) {
  return number<int>(parameter(format, name)).value_or(0);
}

/// "Z0IA…,aM4…": units that are no base64 are left out; the stream may bring them itself.
void add_sets(std::string_view list, MediaPlan& plan) {
  while (!list.empty() && plan.parameter_sets.size() < kMostSets) {
    if (auto unit = from_base64(take_until(list, ','))) plan.parameter_sets.push_back(std::move(*unit));
  }
}

/// Why this way of packing is not read; empty when it is.
std::string plan_h264(const SdpFormat& format, MediaPlan& plan) {
  plan.codec = CodecId::h264;
  if (whole(format, "packetization-mode") > 1) return "H264 in packetization-mode 2";
  add_sets(parameter(format, "sprop-parameter-sets"), plan);
  return {};
}

std::string plan_hevc(const SdpFormat& format, MediaPlan& plan) {
  plan.codec = CodecId::hevc;
  if (whole(format, "sprop-max-don-diff") > 0 || whole(format, "sprop-depack-buf-nalus") > 0) {
    return "H265 with decoding order numbers (sprop-max-don-diff)";
  }
  for (const char* name : {"sprop-vps", "sprop-sps", "sprop-pps"}) add_sets(parameter(format, name), plan);
  return {};
}

std::string plan_aac(const SdpFormat& format, MediaPlan& plan) {
  plan.audio_codec = AudioCodec::aac;
  plan.au_size_bits = whole(format, "sizelength");
  plan.au_index_bits = whole(format, "indexlength");
  plan.audio_config = from_hex(parameter(format, "config")).value_or(std::vector<std::uint8_t>{});
  const bool readable = plan.au_size_bits > 0 && plan.au_size_bits <= 16 && plan.au_index_bits <= 16 &&
                        plan.au_index_bits >= 0 && whole(format, "indexdeltalength") == plan.au_index_bits;
  return readable ? "" : "AAC in a mode other than AAC-hbr";
}

/// Fills in what `format` says; why it is not read, or empty.
std::string plan_format(const SdpFormat& format, MediaPlan& plan) {
  const std::string& name = format.encoding;
  plan.payload_type = format.payload_type;
  plan.clock_rate = format.clock_rate > 0 ? format.clock_rate : plan.video ? 90'000 : 8000;
  plan.channels = format.channels;
  if (plan.video) {
    if (same_word(name, "H264")) return plan_h264(format, plan);
    if (same_word(name, "H265") || same_word(name, "HEVC")) return plan_hevc(format, plan);
    plan.codec = CodecId::mjpeg;
    if (same_word(name, "JPEG") || (name.empty() && format.payload_type == kStaticJpeg)) return {};
  } else {
    if (same_word(name, "MPEG4-GENERIC")) return plan_aac(format, plan);
    plan.audio_codec = AudioCodec::pcmu;
    if (same_word(name, "PCMU") || (name.empty() && format.payload_type == kStaticPcmu)) return {};
    plan.audio_codec = AudioCodec::pcma;
    if (same_word(name, "PCMA") || (name.empty() && format.payload_type == kStaticPcma)) return {};
  }
  return name.empty() ? "payload type " + std::to_string(format.payload_type) : name;
}

/// The first format of `media` that is read; what the others were goes into `refused`.
std::optional<MediaPlan> plan_of(const SdpMedia& media, std::string& refused) {
  for (const SdpFormat& format : media.formats) {
    MediaPlan plan;
    plan.video = media.type == "video";
    plan.control = media.control;
    plan.profile = media.protocol;
    plan.frame_rate = media.frame_rate;
    plan.width = media.width;
    plan.height = media.height;
    const std::string why = plan_format(format, plan);
    if (why.empty()) return plan;
    refused += (refused.empty() ? "" : ", ") + why;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<MediaPlan>> plan_media(const Sdp& sdp, bool with_audio, const std::string& shown) {
  std::vector<MediaPlan> plans;
  std::string refused;
  for (const char* type : {"video", "audio"}) {
    const bool video = type == std::string_view("video");
    if (!video && !with_audio) break;
    std::string others;
    for (const SdpMedia& media : sdp.media) {
      if (media.type != type || (!plans.empty() && plans.back().video == video)) continue;
      if (auto plan = plan_of(media, video ? refused : others)) plans.push_back(std::move(*plan));
    }
    if (video && plans.empty()) break;
  }
  if (!plans.empty()) return plans;
  if (!refused.empty()) {
    return Error{ErrorKind::source, shown + ": the camera sends " + printable(refused) + ", which is not read",
                 "set it to H.264, H.265 or MJPEG", SourceFault::unsupported};
  }
  const bool audio = std::ranges::any_of(sdp.media, [](const SdpMedia& media) { return media.type == "audio"; });
  return Error{ErrorKind::source, shown + (audio ? ": has audio only, no video" : ": has no video stream"),
               "name a source with a video stream", SourceFault::unsupported};
}

}  // namespace lyn::rtsp
