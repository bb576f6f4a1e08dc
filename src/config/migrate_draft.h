#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/migrate.h"

namespace lyn::config {

using Json = nlohmann::ordered_json;

/// A migration at work: the old file, and what has come of it so far.
struct MigrationDraft {
  const Json& old;
  const MigrationPlace& place;
  Json made;  ///< the new file: an object; keys in any order
  std::vector<MigratedKey> keys;

  /// The old value of section and key; null where it has none.
  [[nodiscard]] const Json& at(std::string_view section, std::string_view key) const;
  [[nodiscard]] bool is_true(std::string_view section, std::string_view key) const;
  /// `path` as the new file has to say it: as it is where it is absolute.
  [[nodiscard]] std::string moved(const std::string& path) const;
  /// True where the new file says that inference runs on a GPU.
  [[nodiscard]] bool on_cuda() const;

  void keep(std::string key, std::string why);
  void rename(std::string key, std::string now, std::string why = "");
  void drop(std::string key, std::string why);
};

/// A text of one line; nullopt for anything else.
std::optional<std::string> line_in(const Json& value);
std::optional<double> number_in(const Json& value, double least, double most);
std::optional<int> whole_in(const Json& value, int least, int most);

/// Says where the new file's pixels live; called before all keys, since others depend on it.
void choose_device(MigrationDraft& draft);

/// A key of the old file, "section.KEY", and what does with its value what has to be done.
struct KeyRule {
  std::string_view key;
  void (*take)(MigrationDraft& draft, const std::string& key, const Json& value);
};
std::span<const KeyRule> camera_rules();    ///< migrate_cameras.cpp
std::span<const KeyRule> detector_rules();  ///< migrate_detector.cpp
std::span<const KeyRule> output_rules();    ///< migrate_outputs.cpp

/// A key that becomes no key; false where it is none of these.
bool take_stated(MigrationDraft& draft, const std::string& key, const Json& value);

/// RTSP_STREAMS in each of its shapes.
void take_streams(MigrationDraft& draft, const std::string& key, const Json& value);

}  // namespace lyn::config
