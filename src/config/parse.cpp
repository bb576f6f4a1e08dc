#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/checks.h"
#include "config/config.h"
#include "config/read_file.h"
#include "config/reader.h"
#include "core/out_of_memory.h"

namespace lyn {
namespace {

std::filesystem::path folder_of(const std::string& file_name) {
  std::error_code ignored;
  return std::filesystem::absolute(file_name, ignored).parent_path();
}

/// The place of a key, or of the nearest key above it that has one.
config::Mark place_in(const std::map<std::string, config::Mark>& places, std::string path) {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) return found->second;
    const auto end = path.find_last_of(".[");
    if (end == std::string::npos) return {1, 1};
    path.resize(end);
  }
}

Result<Config> parse_any(const std::string& yaml, const std::string& file_name) {
  config::Problems problems(file_name);
  Config config;
  const auto tree = config::read_yaml(yaml, problems);
  if (!tree) return problems.error();
  if (tree->kind == config::YamlNode::Kind::null) {
    problems.add({1, 1}, "", "nothing in it; a configuration begins with \"version: 1\"");
    return problems.error();
  }
  config::Reader reader(problems, folder_of(file_name));
  config::Section section = config::fields_of(config);
  reader.read_section(*tree, section, "");
  config::check_relations(
      config, [&](const std::string& path) { return place_in(reader.places(), path); }, problems);
  if (!problems.empty()) return problems.error();
  return config;
}

}  // namespace

Result<Config> parse_config(const std::string& yaml, const std::string& file_name) {
  return or_out_of_memory(ErrorKind::usage, [&] { return parse_any(yaml, file_name); });
}

Result<Config> load_config(const std::string& path) {
  return or_out_of_memory(ErrorKind::usage, [&]() -> Result<Config> {
    LYN_TRY(const std::string bytes, config::read_file(path, config::kMostYamlBytes));
    return parse_any(bytes, path);
  });
}

CameraConfig make_camera(const Config& config, const std::string& id, const std::string& source) {
  CameraConfig camera;
  camera.id = id;
  camera.source = Secret(source);
  camera.source_shown = redact(source);
  camera.detector = config.detector;
  camera.tracker = config.tracker;
  camera.objective = config.objective;
  camera.conditions = config.conditions;
  camera.outputs = config.outputs;
  return camera;
}

Status finalise(Config& config, std::string_view place) {
  config::Problems problems{std::string(place)};
  config::merge_cameras(config);
  config::check_forms(config, problems);
  config::check_relations(
      config, [](const std::string&) { return config::Mark{}; }, problems);
  if (!problems.empty()) return problems.error();
  return {};
}

std::string output_path(std::string_view pattern, std::string_view camera_id) {
  constexpr std::string_view kPlaceholder = "{camera}";
  std::string path(pattern);
  for (auto at = path.find(kPlaceholder); at != std::string::npos;
       at = path.find(kPlaceholder, at + camera_id.size())) {
    path.replace(at, kPlaceholder.size(), camera_id);
  }
  return path;
}

}  // namespace lyn
