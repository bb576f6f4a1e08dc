#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/migrate_draft.h"
#include "config/secrets.h"
#include "config/text_forms.h"
#include "config/utf8.h"

namespace lyn::config {
namespace {

constexpr std::size_t kMostId = 64;
constexpr std::string_view kNoSource = "is no URL or path on one line; the camera is left out";

/// "Living Room Camera" becomes "living-room-camera".
std::string slug(std::string_view name) {
  std::string id;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (upper) {
      id += static_cast<char>(c - 'A' + 'a');
    } else if (plain) {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  id.resize(std::min(id.size(), kMostId - 4));  // room for a number
  while (id.ends_with('-')) id.pop_back();
  return id;
}

/// An id that no camera has yet.
std::string free_id(const MigrationDraft& draft, const std::string& wanted) {
  const Json& cameras = draft.made.at("cameras");
  const auto taken = [&](const std::string& id) {
    return std::any_of(cameras.begin(), cameras.end(), [&](const Json& camera) { return camera.at("id") == id; });
  };
  const std::string base = wanted.empty() ? fmt::format("camera{}", cameras.size() + 1) : wanted;
  std::string id = base;
  for (int n = 2; taken(id); ++n) id = fmt::format("{}-{}", base, n);
  return id;
}

/// Adds a camera; gives the path of its source in the new file.
std::string add(MigrationDraft& draft, const std::string& name, const std::string& source, bool enabled = true) {
  Json camera{{"id", free_id(draft, slug(name))}};
  if (!name.empty() && is_one_line(name)) camera["name"] = name;
  if (!enabled) camera["enabled"] = false;
  camera["source"] = escape_environment(has_scheme(source) ? source : draft.moved(source));
  draft.made["cameras"].push_back(std::move(camera));
  return fmt::format("cameras[{}].source", draft.made["cameras"].size() - 1);
}

/// A number is a webcam, as OpenCV counts them.
std::optional<std::string> source_in(const Json& value) {
  if (const auto number = whole_in(value, 0, 255)) return fmt::format("/dev/video{}", *number);
  const auto text = line_in(value);
  return text && !text->empty() ? text : std::nullopt;
}

void add_plain(MigrationDraft& draft, const std::string& key, const std::string& name, const Json& value) {
  const auto source = source_in(value);
  if (!source) return draft.drop(key, std::string(kNoSource));
  draft.rename(key, add(draft, name, *source));
}

void report_rest(MigrationDraft& draft, const std::string& key, const Json& stream, const std::string& camera) {
  for (const auto& [part, value] : stream.items()) {
    const std::string path = fmt::format("{}.{}", key, part);
    if (part == "url") continue;
    if (part == "width" || part == "height") {
      draft.drop(path, "pictures keep the size that the camera sends; the letterbox scales them for the model");
    } else if (part == "name" && line_in(value)) {
      draft.rename(path, camera + ".name", "and its id, which is made from it");
    } else if (part == "enabled" && value.is_boolean()) {
      draft.rename(path, camera + ".enabled");
    } else {
      draft.drop(path, part == "name" || part == "enabled" ? "has a value of another type" : "is no key of a stream");
    }
  }
}

/// {name, url, width, height, enabled}
void add_stream(MigrationDraft& draft, const std::string& key, const Json& stream) {
  const auto url = stream.find("url");
  const auto source = url == stream.end() ? std::nullopt : source_in(*url);
  if (!source) return draft.drop(key, "has no url, or one that is no line of text; the camera is left out");
  const std::string name = line_in(stream.value("name", Json())).value_or("");
  const Json enabled = stream.value("enabled", Json(true));
  const std::string now = add(draft, name, *source, !enabled.is_boolean() || enabled.get<bool>());
  draft.rename(key + ".url", now);
  report_rest(draft, key, stream, now.substr(0, now.find('.')));
}

void take_webcam(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value == Json(true))
    return draft.rename(key, add(draft, "webcam", "/dev/video0"), "the first one; others are /dev/videoN");
  draft.drop(key, "there is no webcam among the cameras unless one is named");
}

void take_files(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (!value.is_array()) return add_plain(draft, key, "", value);
  if (value.empty()) draft.drop(key, "names no file");
  for (std::size_t i = 0; i < value.size(); ++i) add_plain(draft, fmt::format("{}[{}]", key, i), "", value[i]);
}

}  // namespace

void take_streams(MigrationDraft& draft, const std::string& key, const Json& value) {
  if (value.is_object()) {
    for (const auto& [name, url] : value.items()) add_plain(draft, fmt::format("{}.{}", key, name), name, url);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string path = fmt::format("{}[{}]", key, i);
      if (value[i].is_object())
        add_stream(draft, path, value[i]);
      else
        add_plain(draft, path, fmt::format("Camera {}", i + 1), value[i]);
    }
  } else {
    return draft.drop(key, "is no list of streams and no object of names and URLs");
  }
  if (value.empty()) draft.drop(key, "names no stream");
}

std::span<const KeyRule> camera_rules() {
  static constexpr std::array kRules = std::to_array<KeyRule>({
      {"cameras.RTSP_STREAMS", take_streams},
      {"cameras.VIDEO_FILES", take_files},
      {"cameras.USE_WEBCAM", take_webcam},
  });
  return kRules;
}

}  // namespace lyn::config
