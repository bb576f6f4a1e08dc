#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/problems.h"

namespace lyn::config {

struct YamlKey {
  std::string text;
  Mark mark = {};
};

/// One node of a strict YAML document, with its place.
struct YamlNode {
  /// `broken` was reported already: readers pass over it in silence.
  enum class Kind { null, scalar, list, map, broken };
  /// What a scalar is by YAML's core schema; quoted ones are always text.
  enum class Type { boolean, integer, number, text };

  Kind kind = Kind::null;
  Mark mark = {};
  std::string text = {};  ///< of a scalar
  bool plain = false;
  std::vector<YamlNode> children = {};
  std::vector<YamlKey> keys = {};  ///< of a map: keys[i] names children[i]

  [[nodiscard]] Type type() const;
};

/// Reads one document of at most 1 MiB and 32 levels. Refused, each with its place: what is not UTF-8
/// text, syntax errors, a second document, aliases, anchors, tags, duplicate keys, keys that are not
/// text. nullopt where nothing could be read; then `problems` says why.
std::optional<YamlNode> read_yaml(const std::string& bytes, Problems& problems);

constexpr std::size_t kMostYamlBytes = std::size_t{1} << 20U;

}  // namespace lyn::config
