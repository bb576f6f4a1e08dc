#include <nlohmann/json.hpp>

#include "stages/ingest/probe.h"

namespace lyn {
namespace {

const char* name_of(Matrix matrix) {
  constexpr const char* kNames[] = {"untagged", "bt601", "bt709", "bt2020"};
  return kNames[static_cast<int>(matrix)];
}

const char* name_of(Range range) {
  constexpr const char* kNames[] = {"untagged", "limited", "full"};
  return kNames[static_cast<int>(range)];
}

const char* name_of(Siting siting) {
  constexpr const char* kNames[] = {"untagged", "left", "center", "topleft"};
  return kNames[static_cast<int>(siting)];
}

const char* name_of(Chroma chroma) {
  constexpr const char* kNames[] = {"4:2:0", "4:2:2", "4:4:4", "4:0:0"};
  return kNames[static_cast<int>(chroma)];
}

double frames_per_second(const ProbeReport& report) {
  const Rational rate = report.video.frame_rate;
  return static_cast<double>(rate.num) / static_cast<double>(rate.den);
}

std::string rounded(double value, int digits) {
  std::string text(32, '\0');
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string line(const char* name, const std::string& value) {
  std::string text = std::string("  ") + name;
  text.resize(14, ' ');
  return "\n" + text + (value.empty() ? "unknown" : value);
}

}  // namespace

std::string ProbeReport::json() const {
  const nlohmann::ordered_json report = {
      {"source", source},
      {"container", container},
      {"live", live},
      {"codec", video.codec_name},
      {"profile", profile},
      {"width", video.width},
      {"height", video.height},
      {"frame_rate", frames_per_second(*this)},
      {"frame_rate_exact", std::to_string(video.frame_rate.num) + "/" + std::to_string(video.frame_rate.den)},
      {"time_base", std::to_string(video.time_base.num) + "/" + std::to_string(video.time_base.den)},
      {"bit_depth", video.bit_depth},
      {"chroma", name_of(video.chroma)},
      {"pixel_format", pixel_format},
      {"colour",
       {{"matrix", name_of(video.colour.matrix)},
        {"range", name_of(video.colour.range)},
        {"siting", name_of(video.colour.siting)}}},
      {"rotation", video.rotation * 90},
      {"seconds", seconds},
      {"frames", frames},
      {"bits_per_second", bits_per_second},
      {"has_audio", has_audio}};
  return report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string ProbeReport::text() const {
  const auto& v = video;
  std::string text = source;
  text += line("container", container + (live ? " (live)" : ""));
  text += line("codec", v.codec_name + (profile.empty() ? "" : " " + profile));
  text += line("size",
               std::to_string(v.width) + "x" + std::to_string(v.height) +
                   (v.rotation == 0 ? "" : ", shown turned " + std::to_string(v.rotation * 90) + " degrees clockwise"));
  text += line("frame rate", v.frame_rate.num == 0 ? "" : rounded(frames_per_second(*this), 3) + " a second");
  text += line("pixels", (pixel_format.empty() ? "" : pixel_format + ", ") + std::to_string(v.bit_depth) + " bit, " +
                             name_of(v.chroma));
  text += line("colour", std::string("matrix ") + name_of(v.colour.matrix) + ", range " + name_of(v.colour.range) +
                             ", siting " + name_of(v.colour.siting));
  text += line("duration", seconds > 0 ? rounded(seconds, 3) + " s" : "");
  text += line("frames", frames > 0 ? std::to_string(frames) : "");
  text +=
      line("bit rate", bits_per_second > 0 ? rounded(static_cast<double>(bits_per_second) / 1e6, 3) + " Mbit/s" : "");
  text += line("sound", has_audio ? "yes" : "no");
  return text;
}

}  // namespace lyn
