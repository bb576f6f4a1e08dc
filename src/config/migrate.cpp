#include "config/migrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/config.h"
#include "config/migrate_draft.h"
#include "config/problems.h"
#include "config/utf8.h"
#include "config/yaml_tree.h"
#include "core/out_of_memory.h"
#include "core/secret.h"

namespace lyn {
namespace config {
namespace {

constexpr std::array<std::string_view, 6> kOrder{"version", "device", "detector", "tracker", "outputs", "cameras"};

/// Counted from 1, columns in characters.
Mark mark_of(std::string_view text, std::size_t offset) {
  Mark mark{1, 1};
  for (const char c : text.substr(0, offset)) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continues) ++mark.column;
    if (c == '\n') mark = {mark.line + 1, 1};
  }
  return mark;
}

/// nlohmann's own message quotes what it read, which may be a password.
Error no_json(std::string_view text, std::size_t offset, const std::string& file_name) {
  Problems problems(file_name);
  const std::size_t at = std::min(offset, text.size());
  const bool ends = text.find_first_not_of(" \t\r\n", at) == std::string_view::npos;
  problems.add(mark_of(text, at), "",
               ends ? "the file ends before its JSON does; close what was opened"
                    : "is no JSON here; look for a missing or a spare comma, quote or bracket, or a comment");
  return problems.error();
}

Result<Json> read_json(std::string_view text, const std::string& file_name) {
  if (text.size() > kMostYamlBytes) {
    Problems problems(file_name);
    problems.add({}, "", fmt::format("is larger than {} KiB; check the path", kMostYamlBytes >> 10U));
    return problems.error();
  }
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return no_json(text, error.byte == 0 ? 0 : error.byte - 1, file_name);  // it counts from 1
  } catch (const nlohmann::json::exception&) {
    return no_json(text, 0, file_name);  // a number that no double holds
  }
}

void write_map(const Json& map, std::size_t depth, std::string& out);

void write_entry(std::string_view key, const Json& value, std::size_t depth, std::string& out) {
  out.append(depth * 2, ' ').append(key).append(":");
  const bool list = value.is_array() && !value.empty() && value.front().is_object();
  if (value.is_object()) {
    out += '\n';
    write_map(value, depth + 1, out);
  } else if (list) {
    out += '\n';
    for (const Json& item : value) {
      const std::size_t start = out.size();
      write_map(item, depth + 2, out);
      out[start + depth * 2 + 2] = '-';  // "    id: x" becomes "  - id: x"
    }
  } else {
    out.append(" ")
        .append(value.dump(-1, ' ', false, Json::error_handler_t::replace))
        .append("\n");  // JSON's scalars and lists are YAML's
  }
}

void write_map(const Json& map, std::size_t depth, std::string& out) {
  for (const auto& [key, value] : map.items()) write_entry(key, value, depth, out);
}

std::string yaml_of(const Json& made) {
  std::string out;
  for (const std::string_view key : kOrder) {
    if (const auto found = made.find(std::string(key)); found != made.end()) write_entry(key, *found, 0, out);
  }
  return out;
}

void take_key(MigrationDraft& draft, const std::string& key, const Json& value) {
  for (const auto rules : {camera_rules(), detector_rules(), output_rules()}) {
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const KeyRule& one) { return one.key == key; });
    if (rule != rules.end()) return rule->take(draft, key, value);
  }
  if (!take_stated(draft, key, value)) draft.drop(key, "is no key of the old application either");
}

void take_section(MigrationDraft& draft, const std::string& section, const Json& value) {
  if (section == "cameras" && value.is_array()) return take_streams(draft, "cameras", value);
  if (!value.is_object()) return draft.drop(section, "is no section of keys");
  for (const auto& [key, inner] : value.items()) take_key(draft, fmt::format("{}.{}", section, key), inner);
}

/// Keys and reasons may quote the file: a name may be a URL.
void hide_secrets(std::vector<MigratedKey>& keys) {
  for (MigratedKey& key : keys) {
    key.key = printable(redact(key.key));
    key.why = redact(key.why);
  }
}

Result<Migration> migrate(std::string_view text, const MigrationPlace& place) {
  LYN_TRY(const Json old, read_json(text, place.file_name));
  if (!old.is_object()) {
    Problems problems(place.file_name);
    problems.add({1, 1}, "", "is no object of sections (app, cameras, models, …); check the path");
    return problems.error();
  }
  MigrationDraft draft{old, place, Json::object(), {}};
  draft.made["version"] = 1;
  draft.made["cameras"] = Json::array();
  choose_device(draft);
  for (const auto& [section, value] : old.items()) take_section(draft, section, value);
  hide_secrets(draft.keys);
  Migration migration{yaml_of(draft.made), std::move(draft.keys), static_cast<int>(draft.made["cameras"].size())};
  const auto checked = parse_config(migration.yaml, "the new configuration");
  if (!checked) return checked.error();
  return migration;
}

}  // namespace

const Json& MigrationDraft::at(std::string_view section, std::string_view key) const {
  static const Json kNone;
  const auto found = old.find(std::string(section));
  if (found == old.end() || !found->is_object()) return kNone;
  const auto value = found->find(std::string(key));
  return value == found->end() ? kNone : *value;
}

bool MigrationDraft::is_true(std::string_view section, std::string_view key) const {
  const Json& value = at(section, key);
  return value.is_boolean() && value.get<bool>();
}

std::string MigrationDraft::moved(const std::string& path) const {
  if (place.from_new_to_old.empty() || std::filesystem::path(path).is_absolute()) return path;
  return (std::filesystem::path(place.from_new_to_old) / path).lexically_normal().string();
}

bool MigrationDraft::on_cuda() const {
  const auto device = made.find("device");
  return device != made.end() && *device != "cpu";
}

void MigrationDraft::keep(std::string key, std::string why) {
  keys.push_back({std::move(key), MigratedKey::Fate::kept, "", std::move(why)});
}
void MigrationDraft::rename(std::string key, std::string now, std::string why) {
  keys.push_back({std::move(key), MigratedKey::Fate::renamed, std::move(now), std::move(why)});
}
void MigrationDraft::drop(std::string key, std::string why) {
  keys.push_back({std::move(key), MigratedKey::Fate::dropped, "", std::move(why)});
}

std::optional<std::string> line_in(const Json& value) {
  if (!value.is_string() || !is_one_line(value.get_ref<const std::string&>())) return std::nullopt;
  return value.get<std::string>();
}

std::optional<double> number_in(const Json& value, double least, double most) {
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<int> whole_in(const Json& value, int least, int most) {
  const auto number = number_in(value, least, most);
  if (!number || *number != static_cast<int>(*number)) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace config

std::string_view name_of(MigratedKey::Fate fate) {
  using Fate = MigratedKey::Fate;
  return fate == Fate::kept ? "kept" : fate == Fate::renamed ? "renamed" : "dropped";
}

Result<Migration> migrate_config(std::string_view json, const MigrationPlace& place) {
  return or_out_of_memory(ErrorKind::usage, [&] { return config::migrate(json, place); });
}

}  // namespace lyn
