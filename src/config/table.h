#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

namespace lyn::config {

struct Field;
/// The keys of one map, bound to the struct they live in.
using Section = std::vector<Field>;

/// A camera's source: the secret itself and what people see of it.
struct SourceSlot {
  Secret* secret;
  std::string* shown;
};
/// The list of cameras, with the configuration whose values they start from.
struct CameraSlot {
  Config* owner;

  explicit CameraSlot(Config* config) : owner(config) {}
  // Its copying is not trivial, so that Slot knows when it holds nothing: libstdc++ 12 takes a variant of vectors and
  // trivial types for one that always holds something, and destroys what is not there when copying it throws.
  CameraSlot(const CameraSlot& other) noexcept : owner(other.owner) {}
  CameraSlot& operator=(const CameraSlot& other) noexcept = default;
  ~CameraSlot() = default;
};

/// Where a key's value lives; its type is the key's type.
using Slot = std::variant<bool*, int*, double*, std::string*, std::optional<std::string>*, std::vector<std::string>*,
                          std::chrono::milliseconds*, std::map<std::string, double>*, std::vector<Polygon>*, SourceSlot,
                          Section, CameraSlot>;

/// What a text may be beyond its type.
/// `model` is a path, "motion" or "none"; `path_template` may hold {camera}, or is "-" for standard output;
/// `folder_template` may hold {camera}; `byte_size` is "100MB" or empty.
enum class TextForm {
  free,
  path,
  model,
  path_template,
  folder_template,
  device,
  own_device,
  camera_id,
  byte_size,
  tls
};

struct Rule {
  double least = 0;  ///< of numbers; of durations in milliseconds
  double most = 0;
  std::span<const std::string_view> choices = {};  ///< of texts; empty: any
  TextForm form = TextForm::free;
  bool required = false;
};

struct Field {
  std::string_view key;
  std::string_view doc;
  Slot slot;
  Rule rule = {};
};

/// THE table: every key of the file, in the order it is read and shown. Parsing, defaults, `config
/// show`, the schema and `--set` all come from here. `cameras` comes last: it starts from the rest.
Section fields_of(Config& config);
Section fields_of(CameraConfig& camera);

/// Visits the keys that hold values, with their dotted path below `prefix`; enters sections, not cameras.
void each_leaf(Section& section, const std::string& prefix,
               const std::function<void(const std::string& path, Field& field)>& visit);

/// The sections a camera may override: detector, tracker, objective, conditions, outputs.
std::span<const std::string_view> overridable_sections();
bool is_overridable(std::string_view path);

/// Copies a value between two slots of the same key.
void copy_value(const Slot& from, const Slot& to);
/// True where both hold the same value; slots of the same key.
bool same_value(const Slot& a, const Slot& b);

}  // namespace lyn::config
