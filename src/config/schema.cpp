#include <nlohmann/json.hpp>

#include "config/byte_size.h"
#include "config/config.h"
#include "config/duration.h"
#include "config/table.h"

namespace lyn {
namespace {

using config::Field;
using config::Rule;
using config::Section;
using config::TextForm;
using Json = nlohmann::ordered_json;

Json schema_of(Section& section);

Json text_schema(const Rule& rule) {
  Json json{{"type", "string"}};
  if (!rule.choices.empty()) json["enum"] = rule.choices;
  if (rule.form == TextForm::camera_id) json["pattern"] = "^[a-z0-9_-]{1,64}$";
  if (rule.form == TextForm::device) json["pattern"] = "^(cpu|cuda|cuda:all|cuda:[0-9]{1,3}(,[0-9]{1,3})*)$";
  if (rule.form == TextForm::own_device) json["pattern"] = "^(|cpu|cuda:[0-9]{1,3})$";
  if (rule.form == TextForm::tls) json["pattern"] = "^(verify|insecure|pin:([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2})$";
  if (rule.form == TextForm::byte_size) json["pattern"] = config::kByteSizePattern;
  return json;
}

Json number_schema(const char* type, const Rule& rule) {
  return {{"type", type}, {"minimum", rule.least}, {"maximum", rule.most}};
}

/// The schema of one slot, with its default where it has one.
struct SlotSchema {
  const Rule& rule;

  Json operator()(const bool* value) const { return {{"type", "boolean"}, {"default", *value}}; }
  Json operator()(const int* value) const {
    return {{"type", "integer"},
            {"minimum", static_cast<int>(rule.least)},
            {"maximum", static_cast<int>(rule.most)},
            {"default", *value}};
  }
  Json operator()(const double* value) const {
    Json json = number_schema("number", rule);
    json["default"] = *value;
    return json;
  }
  Json operator()(const std::string* value) const {
    Json json = text_schema(rule);
    if (!rule.required) json["default"] = *value;
    return json;
  }
  Json operator()(const std::optional<std::string>*) const { return text_schema(rule); }
  Json operator()(const std::vector<std::string>* value) const {
    return {{"type", "array"}, {"items", text_schema(rule)}, {"default", *value}};
  }
  Json operator()(const std::map<std::string, double>* value) const {
    Json json{{"type", "object"}, {"additionalProperties", number_schema("number", rule)}};
    json["default"] = Json::object();
    for (const auto& [label, number] : *value) json["default"][label] = number;
    return json;
  }
  Json operator()(const std::vector<Polygon>*) const {
    const Json point{{"type", "array"}, {"items", number_schema("number", rule)}, {"minItems", 2}, {"maxItems", 2}};
    const Json polygon{{"type", "array"}, {"items", point}, {"minItems", 3}, {"maxItems", 64}};
    return {{"type", "array"}, {"items", polygon}, {"maxItems", 64}, {"default", Json::array()}};
  }
  Json operator()(const std::chrono::milliseconds* value) const {
    return {{"type", "string"}, {"pattern", config::kDurationPattern}, {"default", config::show_duration(*value)}};
  }
  Json operator()(const config::SourceSlot&) const {
    const Json file{{"type", "object"},
                    {"properties", {{"file", {{"type", "string"}, {"minLength", 1}}}}},
                    {"required", {"file"}},
                    {"additionalProperties", false}};
    return {{"oneOf", Json::array({Json{{"type", "string"}, {"minLength", 1}}, file})}};
  }
  Json operator()(Section& section) const { return schema_of(section); }
  Json operator()(const config::CameraSlot&) const {
    CameraConfig camera;
    Section fields = config::fields_of(camera);
    return {{"type", "array"}, {"items", schema_of(fields)}};
  }
};

/// A camera's override has no default of its own: the top level's value holds.
void drop_defaults(Json& json) {
  json.erase("default");
  if (!json.contains("properties")) return;
  for (auto& property : json["properties"]) drop_defaults(property);
}

Json schema_of(Section& section) {
  Json properties = Json::object();
  Json required = Json::array();
  for (Field& field : section) {
    Json json{{"description", field.doc}};
    json.update(std::visit(SlotSchema{field.rule}, field.slot));
    properties[std::string(field.key)] = std::move(json);
    if (field.rule.required) required.push_back(field.key);
  }
  Json json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) json["required"] = std::move(required);
  return json;
}

}  // namespace

std::string config_schema() {
  Config config;
  Section fields = config::fields_of(config);
  Json json{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Lynceus configuration"}};
  json.update(schema_of(fields));
  Json& one = json["properties"]["cameras"]["items"];
  for (const char* key : {"source", "streams"}) one["oneOf"].push_back(Json{{"required", Json::array({key})}});
  Json& camera = one["properties"];
  for (const std::string_view key : config::overridable_sections()) drop_defaults(camera[std::string(key)]);
  return json.dump(2) + "\n";
}

}  // namespace lyn
