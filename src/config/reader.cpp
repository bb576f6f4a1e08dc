#include "config/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/checks.h"

namespace lyn::config {
namespace {

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::vector<std::string_view> keys_of(const Section& section) {
  std::vector<std::string_view> keys;
  for (const Field& field : section) keys.push_back(field.key);
  return keys;
}

const YamlNode* child(const YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.children[i];
  }
  return nullptr;
}

/// A camera starts from what the top level says.
CameraConfig camera_of(const Config& config) {
  CameraConfig camera;
  camera.detector = config.detector;
  camera.tracker = config.tracker;
  camera.objective = config.objective;
  camera.conditions = config.conditions;
  camera.outputs = config.outputs;
  return camera;
}

}  // namespace

void Reader::read_section(const YamlNode& node, Section& section, const std::string& path) {
  if (node.kind == YamlNode::Kind::broken) return;
  if (node.kind != YamlNode::Kind::map) return expected(node, path, "a map of keys");
  const auto known = keys_of(section);
  for (const YamlKey& key : node.keys) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    const bool live = key.text == "live" && path.ends_with(".streams");
    problems_.add(
        key.mark, joined(path, printable(key.text)),
        live ? "nothing shows a live view yet; leave it out" : "unknown key; " + nearest_hint(key.text, known));
  }
  for (Field& field : section) {
    if (const YamlNode* value = child(node, field.key)) {
      read_value(*value, field, joined(path, field.key));
    } else if (field.rule.required) {
      problems_.add(node.mark, joined(path, field.key), "missing; it is required here");
    }
  }
}

void Reader::read_value(const YamlNode& node, Field& field, const std::string& path) {
  if (node.kind == YamlNode::Kind::broken) return;
  places_[path] = node.mark;
  if (!std::holds_alternative<Section>(field.slot)) leaves_.insert(path);
  std::visit([&](auto& slot) { read(node, field, slot, path); }, field.slot);
}

std::vector<std::string> Reader::overrides_of(const std::string& camera_path) const {
  std::vector<std::string> keys;
  const std::string prefix = camera_path + ".";
  for (auto it = leaves_.lower_bound(prefix); it != leaves_.end() && it->starts_with(prefix); ++it) {
    const std::string key = it->substr(prefix.size());
    if (is_overridable(key)) keys.push_back(key);
  }
  return keys;
}

void Reader::read(const YamlNode& node, const Field& /*field*/, Section& value, const std::string& path) {
  read_section(node, value, path);
}

/// A camera has one source: of its own, or among its streams.
void Reader::check_source(const YamlNode& camera, const std::string& path) {
  if (camera.kind != YamlNode::Kind::map) return;
  const YamlNode* source = child(camera, "source");
  const YamlNode* streams = child(camera, "streams");
  if (source == nullptr && streams == nullptr) {
    problems_.add(camera.mark, joined(path, "source"), "missing; it is required here, or streams in its place");
  } else if (source != nullptr && streams != nullptr) {
    problems_.add(source->mark, joined(path, "source"),
                  "is given beside streams; keep one of them, with the source as streams.detect");
  }
}

void Reader::read(const YamlNode& node, const Field& /*field*/, const CameraSlot& value, const std::string& path) {
  if (node.kind != YamlNode::Kind::list) return expected(node, path, "a list of cameras");
  value.owner->cameras.clear();
  std::erase_if(leaves_, [&](const std::string& leaf) { return leaf.starts_with(path + "["); });
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", path, i);
    places_[place] = node.children[i].mark;
    CameraConfig camera = camera_of(*value.owner);
    Section section = fields_of(camera);
    read_section(node.children[i], section, place);
    check_source(node.children[i], place);
    take_source(camera);
    camera.overrides = overrides_of(place);
    value.owner->cameras.push_back(std::move(camera));
  }
}

}  // namespace lyn::config
