#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "config/migrate_draft.h"
#include "config/text_forms.h"

namespace lyn::config {
namespace {

constexpr std::string_view kFolder = "output";  // the old application's own default

std::string folder_of(const MigrationDraft& draft) {
  const auto named = line_in(draft.at("output", "OUTPUT_DIR"));
  const bool usable = named && !named->empty() && named->find_first_of("{}") == std::string::npos && *named != "-";
  const std::string folder = draft.moved(usable ? *named : std::string(kFolder));
  return folder.ends_with('/') ? folder : folder + "/";
}

bool writes_any(const MigrationDraft& draft) {
  return draft.is_true("output", "SAVE_DETECTIONS") || draft.is_true("output", "SAVE_VIDEO") ||
         draft.is_true("output", "SAVE_FRAMES");
}

void take_folder(MigrationDraft& draft, const std::string& key, const Json&) {
  if (!writes_any(draft)) return draft.drop(key, "nothing is written; outputs.detections and outputs.video name files");
  draft.rename(key, "outputs", "the folder is part of each output's name; it has to exist");
}

void take_detections(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value != Json(true)) return draft.keep(key, "without outputs.detections none are written");
  draft.made["outputs"]["detections"] = folder_of(draft) + "detections.jsonl";
  draft.rename(key, "outputs.detections", "JSON lines, one a frame, of all cameras");
}

void take_video(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value != Json(true)) return draft.keep(key, "without outputs.video none is written");
  draft.made["outputs"]["video"] = folder_of(draft) + "{camera}.mp4";
  draft.rename(key, "outputs.video");
}

/// FourCCs and FFmpeg's names of encoders alike.
std::string_view codec_of(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  });
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("264") || has("avc")) return "h264";
  if (has("265") || has("hev") || has("hvc")) return "hevc";
  if (has("jp")) return "mjpeg";
  return "";
}

void take_codec(MigrationDraft& draft, const std::string& key, const Json& value, bool used) {
  if (!used) return draft.drop(key, "no video is written with it");
  const std::string_view codec = codec_of(line_in(value).value_or(""));
  if (codec.empty()) return draft.drop(key, "is not written; codecs are h264, hevc and mjpeg, and h264 is taken");
  draft.made["outputs"]["codec"] = codec;
  draft.rename(key, "outputs.codec");
}

/// The old application had a codec for each of its two writers.
void take_codec_of_cpu(MigrationDraft& draft, const std::string& key, const Json& value) {
  take_codec(draft, key, value, draft.is_true("output", "SAVE_VIDEO") && !draft.is_true("visualization", "USE_NVENC"));
}

void take_codec_of_nvenc(MigrationDraft& draft, const std::string& key, const Json& value) {
  take_codec(draft, key, value, draft.is_true("output", "SAVE_VIDEO") && draft.is_true("visualization", "USE_NVENC"));
}

/// Every n-th frame is a time here: pictures of a camera come as they come.
std::string interval_of(const MigrationDraft& draft) {
  constexpr double kDefaultRate = 30;
  const int frames = whole_in(draft.at("output", "FRAME_SAVE_INTERVAL"), 1, 10'000'000).value_or(1);
  const double rate = number_in(draft.at("cameras", "FRAME_RATE"), 0.01, 1000).value_or(kDefaultRate);
  return fmt::format("{}ms", std::clamp(std::lround(1000.0 * frames / rate), 1L, 365L * 24 * 3600 * 1000));
}

void take_frames(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value != Json(true)) return draft.keep(key, "without outputs.snapshots none are written");
  Json& snapshots = draft.made["outputs"]["snapshots"];
  snapshots["dir"] = folder_of(draft) + "frames";
  snapshots["when"] = "time";
  snapshots["every"] = interval_of(draft);
  draft.rename(key, "outputs.snapshots", "JPEG files, a frame each so long");
}

void take_frame_interval(MigrationDraft& draft, const std::string& key, const Json&) {
  if (!draft.is_true("output", "SAVE_FRAMES")) return draft.drop(key, "no frames are written");
  draft.rename(key, "outputs.snapshots.every", "a time instead of a count: frames / cameras.FRAME_RATE");
}

void take_quality(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (!draft.is_true("output", "SAVE_FRAMES")) return draft.drop(key, "no frames are written");
  const auto quality = whole_in(value, 1, 100);
  if (!quality) return draft.drop(key, "is no whole number from 1 to 100; the default holds");
  draft.made["outputs"]["snapshots"]["quality"] = *quality;
  draft.rename(key, "outputs.snapshots.quality");
}

}  // namespace

std::span<const KeyRule> output_rules() {
  static constexpr std::array kRules = std::to_array<KeyRule>({
      {"output.OUTPUT_DIR", take_folder},
      {"output.SAVE_DETECTIONS", take_detections},
      {"output.SAVE_VIDEO", take_video},
      {"output.VIDEO_CODEC", take_codec_of_cpu},
      {"visualization.NVENC_CODEC", take_codec_of_nvenc},
      {"output.SAVE_FRAMES", take_frames},
      {"output.FRAME_SAVE_INTERVAL", take_frame_interval},
      {"output.JPEG_QUALITY", take_quality},
  });
  return kRules;
}

}  // namespace lyn::config
