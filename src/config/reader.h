#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "config/problems.h"
#include "config/table.h"
#include "config/yaml_tree.h"

namespace lyn::config {

/// Moves a YAML tree into typed slots by the table. What does not fit is reported and left as it was.
class Reader {
 public:
  /// `base`: the folder that relative paths start from; absolute.
  Reader(Problems& problems, std::filesystem::path base) : problems_(problems), base_(std::move(base)) {}

  void read_section(const YamlNode& node, Section& section, const std::string& path);
  void read_value(const YamlNode& node, Field& field, const std::string& path);

  /// Every key that was given a value, with its place.
  [[nodiscard]] const std::map<std::string, Mark>& places() const { return places_; }
  /// The keys below `camera_path` that override the top level, sorted.
  [[nodiscard]] std::vector<std::string> overrides_of(const std::string& camera_path) const;

 private:
  void read(const YamlNode& node, const Field& field, bool* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, int* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, double* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::string* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::optional<std::string>* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::vector<std::string>* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::chrono::milliseconds* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::map<std::string, double>* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, std::vector<Polygon>* value, const std::string& path);
  void read(const YamlNode& node, const Field& field, const SourceSlot& value, const std::string& path);
  void read(const YamlNode& node, const Field& field, Section& value, const std::string& path);
  void read(const YamlNode& node, const Field& field, const CameraSlot& value, const std::string& path);

  std::optional<PicturePoint> point_of(const YamlNode& node, const Field& field, const std::string& path);
  Polygon polygon_of(const YamlNode& node, const Field& field, const std::string& path);
  std::optional<std::string> text_of(const YamlNode& node, const Field& field, const std::string& path);
  std::optional<std::string> formed(const YamlNode& node, const Field& field, std::string text,
                                    const std::string& path);
  std::optional<std::string> secret_path(const YamlNode& node, const std::string& path);
  [[nodiscard]] std::string resolved(const std::string& path) const;
  void check_source(const YamlNode& camera, const std::string& path);
  void expected(const YamlNode& node, const std::string& path, std::string_view what);
  void out_of_range(const YamlNode& node, const Field& field, const std::string& path);

  Problems& problems_;
  std::filesystem::path base_;
  std::map<std::string, Mark> places_;
  std::set<std::string> leaves_;  // of places_, those that hold values
};

}  // namespace lyn::config
