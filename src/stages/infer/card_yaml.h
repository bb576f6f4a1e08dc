#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace lyn::card {

/// Strict reading of a card's YAML. The first thing that is wrong is kept as an Error with its
/// FILE:LINE:COL; after it every call does nothing, so callers read all fields and ask once.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  /// The document's map; an undefined node after an error.
  YAML::Node parse(const std::string& text);
  /// Refuses what is no map, unknown and duplicate keys. `path` is "" for the document itself.
  void check_keys(const YAML::Node& map, const std::string& path, std::initializer_list<std::string_view> known);

  /// Fields of `map`; each leaves `value` as it is where the key is absent, unless it is required.
  void text(const YAML::Node& map, const std::string& path, const char* key, std::string& value, bool required);
  void number(const YAML::Node& map, const std::string& path, const char* key, double least, double most, float& value);
  void integer(const YAML::Node& map, const std::string& path, const char* key, int least, int most, int& value,
               bool required);
  void three_numbers(const YAML::Node& map, const std::string& path, const char* key, float (&value)[3]);
  /// The index of the word among `words`; 0 where the key is absent.
  int choice(const YAML::Node& map, const std::string& path, const char* key,
             std::initializer_list<std::string_view> words);

  void fail(const YAML::Mark& mark, const std::string& path, const std::string& problem, const std::string& remedy);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  YAML::Node find(const YAML::Node& map, const std::string& path, const char* key, bool required);
  std::optional<double> read_number(const YAML::Node& node, const std::string& path);

  std::string file_;
  std::optional<Error> error_;
};

/// "input" and "width" make "input.width".
std::string join(const std::string& path, std::string_view key);

/// True for a scalar that YAML's core schema reads as text: quoted, or plain and neither number, boolean nor null.
bool is_text(const YAML::Node& node);

}  // namespace lyn::card
