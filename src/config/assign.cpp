#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "config/checks.h"
#include "config/config.h"
#include "config/reader.h"

namespace lyn {
namespace {

using config::Field;
using config::Section;

/// One step of a dotted path: "cameras[0]" is {cameras, 0}.
struct Step {
  std::string_view key;
  std::optional<std::size_t> index;
};

std::optional<Step> parse_step(std::string_view text) {
  const auto bracket = text.find('[');
  if (bracket == std::string_view::npos) return Step{text, std::nullopt};
  const std::string_view digits = text.substr(bracket + 1);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  const bool closed = error == std::errc() && end + 1 == digits.data() + digits.size() && *end == ']';
  if (!closed) return std::nullopt;
  return Step{text.substr(0, bracket), index};
}

std::filesystem::path working_directory() {
  std::error_code gone;
  return std::filesystem::current_path(gone);
}

/// Sets single keys of one configuration; relative paths start from the working directory.
class Assigner {
 public:
  Assigner(Config& config, config::Problems& problems)
      : config_(config), problems_(problems), reader_(problems, working_directory()) {}

  void assign(const std::string& assignment) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems_.add({}, "", "an assignment has no key or no value; write --set detector.score=0.4");
      return;
    }
    const std::string path = assignment.substr(0, equals);
    const auto tree = read_value(assignment.substr(equals + 1), path);
    if (!tree) return;
    Section section = config::fields_of(config_);
    set(section, path, 0, *tree);
  }

 private:
  /// The value in YAML, its places forgotten: it has no file.
  std::optional<config::YamlNode> read_value(const std::string& yaml, const std::string& path) {
    config::Problems inner("value");
    auto tree = config::read_yaml(yaml, inner);
    if (!inner.empty()) {
      problems_.add({}, config::printable(path), "not a value in YAML; put text with special characters in quotes");
      return std::nullopt;
    }
    forget_places(*tree);
    return tree;
  }

  static void forget_places(config::YamlNode& node) {
    node.mark = {};
    for (config::YamlKey& key : node.keys) key.mark = {};
    for (config::YamlNode& child : node.children) forget_places(child);
  }

  void set(Section& section, const std::string& path, std::size_t from, const config::YamlNode& tree) {
    const auto dot = std::min(path.find('.', from), path.size());
    const auto step = parse_step(std::string_view(path).substr(from, dot - from));
    Field* field = step ? find(section, step->key) : nullptr;
    if (field == nullptr) return unknown(section, path.substr(0, dot), step ? step->key : std::string_view(path));
    if (step->index) return set_camera(*field, path, dot, *step->index, tree);
    if (dot == path.size()) return reader_.read_value(tree, *field, path);
    if (auto* inner = std::get_if<Section>(&field->slot)) return set(*inner, path, dot + 1, tree);
    const bool cameras = std::holds_alternative<config::CameraSlot>(field->slot);
    problems_.add({}, config::printable(path),
                  cameras ? "name the camera; write cameras[0]" : "it has no keys below it");
  }

  void set_camera(Field& field, const std::string& path, std::size_t dot, std::size_t index,
                  const config::YamlNode& tree) {
    const auto refuse = [&](const std::string& problem) { problems_.add({}, config::printable(path), problem); };
    if (!std::holds_alternative<config::CameraSlot>(field.slot)) return refuse("not a list of cameras");
    if (index >= config_.cameras.size()) {
      return refuse(fmt::format("no such camera; there are {}, counted from 0", config_.cameras.size()));
    }
    if (dot == path.size()) return refuse("name a key of the camera, such as cameras[0].transport");
    CameraConfig& camera = config_.cameras[index];
    const std::string_view name = std::string_view(path).substr(dot + 1);
    const bool streams = !camera.streams.detect.empty();
    if (streams && name == "source") return refuse("the camera has streams; set its streams.detect");
    if (!streams && name.starts_with("streams")) {
      return refuse("the camera has a source; give it streams in its configuration");
    }
    Section section = config::fields_of(camera);
    set(section, path, dot + 1, tree);
    for (std::string& key : reader_.overrides_of(path.substr(0, dot))) camera.overrides.push_back(std::move(key));
    std::sort(camera.overrides.begin(), camera.overrides.end());
    camera.overrides.erase(std::unique(camera.overrides.begin(), camera.overrides.end()), camera.overrides.end());
  }

  static Field* find(Section& section, std::string_view key) {
    const auto found =
        std::find_if(section.begin(), section.end(), [&](const Field& field) { return field.key == key; });
    return found == section.end() ? nullptr : &*found;
  }

  void unknown(const Section& section, const std::string& path, std::string_view key) {
    std::vector<std::string_view> known;
    for (const Field& field : section) known.push_back(field.key);
    problems_.add({}, config::printable(path), "unknown key; " + config::nearest_hint(key, known));
  }

  Config& config_;
  config::Problems& problems_;
  config::Reader reader_;
};

}  // namespace

Status set_config_values(Config& config, std::span<const std::string> assignments) {
  Config changed = config;
  config::Problems problems("--set");
  Assigner assigner(changed, problems);
  for (const std::string& assignment : assignments) assigner.assign(assignment);
  if (!problems.empty()) return problems.error();
  LYN_CHECK(finalise(changed, "--set"));
  config = std::move(changed);
  return {};
}

Status set_config_value(Config& config, const std::string& assignment) {
  return set_config_values(config, std::span(&assignment, 1));
}

}  // namespace lyn
