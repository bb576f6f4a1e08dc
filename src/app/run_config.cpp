#include "app/run_config.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "app/assets.h"
#include "stages/ingest/source.h"

namespace lyn {

namespace {

constexpr const char* kDefaultModel = "models/yolox_nano.yaml";

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

struct NamedSource {
  std::string id;
  std::string uri;
};

/// "gate=rtsp://…" has a name in front; "dir/a=b.mp4" has not.
NamedSource split_name(const std::string& text) {
  const auto equals = text.find('=');
  const bool named = equals != std::string::npos && equals > 0 && equals <= 64 &&
                     std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals), is_id_character) &&
                     !std::filesystem::exists(text);
  if (!named) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Result<std::vector<std::string>> all_sources(const RunArguments& arguments) {
  std::vector<std::string> sources = arguments.sources;
  for (const std::string& path : arguments.source_files) {
    std::ifstream file(path);
    if (!file)
      return Error{ErrorKind::usage, "--source-file " + path + ": cannot be read",
                   "check the path and its permissions"};
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.front() != '#') sources.push_back(line);
    }
  }
  if (const char* from_environment = std::getenv("LYNCEUS_SOURCE");
      from_environment != nullptr && *from_environment != '\0') {
    sources.emplace_back(from_environment);
  }
  return sources;
}

void add_cameras(Config& config, const std::vector<std::string>& sources) {
  for (const std::string& text : sources) {
    NamedSource source = split_name(text);
    const int number = static_cast<int>(config.cameras.size()) + 1;
    const bool chosen = !source.id.empty();
    if (!chosen) source.id = default_camera_id(source.uri, number);
    const auto taken = [&](const CameraConfig& camera) { return camera.id == source.id; };
    if (!chosen && std::ranges::any_of(config.cameras, taken)) source.id += "-" + std::to_string(number);
    config.cameras.push_back(make_camera(config, source.id, source.uri));
  }
}

void apply_flags(Config& config, const RunArguments& arguments) {
  if (!arguments.device.empty()) config.device = arguments.device;
  if (!arguments.model.empty()) config.detector.model = arguments.model;
  if (!arguments.out.empty()) config.outputs.video = arguments.out;
  if (!arguments.detections.empty()) config.outputs.detections = arguments.detections;
  if (!arguments.mot.empty()) config.outputs.mot = arguments.mot;
}

Status use_default_model(Config& config) {
  if (!config.detector.model.empty()) return {};
  const auto model = find_asset(kDefaultModel);
  if (!model) {
    return Error{ErrorKind::device, std::string("the default model ") + kDefaultModel + " was not found",
                 "name a model card with --model, or --model none to decode and letterbox only"};
  }
  config.detector.model = model->string();
  return {};
}

}  // namespace

Result<Config> build_run_config(const RunArguments& arguments) {
  Config config;
  if (!arguments.config.empty()) {
    LYN_TRY(config, load_config(arguments.config));
  }
  apply_flags(config, arguments);
  LYN_TRY(const auto sources, all_sources(arguments));
  add_cameras(config, sources);
  LYN_CHECK(use_default_model(config));
  if (!arguments.set.empty()) LYN_CHECK(set_config_values(config, arguments.set));
  LYN_CHECK(finalise(config));
  return config;
}

RunOptions build_run_options(const RunArguments& arguments) {
  RunOptions options;
  options.seconds = arguments.seconds;
  options.loop = arguments.loop;
  options.realtime = arguments.realtime;
  options.strict = arguments.strict;
  options.deterministic = arguments.deterministic;
  options.sources_from_command_line = arguments.config.empty();
  return options;
}

}  // namespace lyn
