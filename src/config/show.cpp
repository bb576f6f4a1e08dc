#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/config.h"
#include "config/duration.h"
#include "config/secrets.h"
#include "config/table.h"

namespace lyn {
namespace {

using config::Field;
using config::Section;

/// A JSON string is a double-quoted YAML scalar.
std::string text(const std::string& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The value as a flow scalar or list; empty where an optional has none.
struct ShowValue {
  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const int* value) const { return std::to_string(*value); }
  std::string operator()(const double* value) const { return fmt::format("{}", *value); }
  std::string operator()(const std::string* value) const { return text(*value); }
  std::string operator()(const std::optional<std::string>* value) const { return *value ? text(**value) : ""; }
  std::string operator()(const std::chrono::milliseconds* value) const { return config::show_duration(*value); }
  std::string operator()(const config::SourceSlot& value) const {
    return value.shown->empty() ? "" : text(config::escape_environment(*value.shown));
  }
  std::string operator()(const std::vector<std::string>* value) const {
    std::vector<std::string> items;
    std::transform(value->begin(), value->end(), std::back_inserter(items), text);
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
  std::string operator()(const std::map<std::string, double>* value) const {
    std::vector<std::string> items;
    for (const auto& [label, number] : *value) items.push_back(fmt::format("{}: {}", text(label), number));
    return fmt::format("{{{}}}", fmt::join(items, ", "));
  }
  std::string operator()(const std::vector<Polygon>* value) const {
    std::vector<std::string> polygons;
    for (const Polygon& polygon : *value) {
      std::vector<std::string> corners;
      for (const PicturePoint& point : polygon) corners.push_back(fmt::format("[{}, {}]", point.x, point.y));
      polygons.push_back(fmt::format("[{}]", fmt::join(corners, ", ")));
    }
    return fmt::format("[{}]", fmt::join(polygons, ", "));
  }
  std::string operator()(const Section&) const { return ""; }
  std::string operator()(const config::CameraSlot&) const { return ""; }
};

/// Prints a section of the table, two blanks a level.
class Printer {
 public:
  /// `only`: the keys to print of overridable sections; null: all.
  void section(Section& fields, const std::string& path, const std::vector<std::string>* only) {
    for (Field& field : fields) {
      const std::string full = path.empty() ? std::string(field.key) : path + "." + std::string(field.key);
      if (auto* inner = std::get_if<Section>(&field.slot)) {
        if (!has_any(*inner, full, only)) continue;
        const std::size_t before = out_.size();
        line(std::string(field.key) + ":");
        const std::size_t head = out_.size();
        ++depth_;
        section(*inner, full, only);
        --depth_;
        if (out_.size() == head) out_.resize(before);
      } else if (auto* cameras = std::get_if<config::CameraSlot>(&field.slot)) {
        list(*cameras->owner);
      } else if (wanted(full, only)) {
        const std::string value = std::visit(ShowValue{}, field.slot);
        if (!value.empty()) line(fmt::format("{}: {}", field.key, value));
      }
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static bool wanted(const std::string& path, const std::vector<std::string>* only) {
    return only == nullptr || !config::is_overridable(path) || std::binary_search(only->begin(), only->end(), path);
  }

  static bool has_any(Section& fields, const std::string& path, const std::vector<std::string>* only) {
    bool any = false;
    config::each_leaf(fields, path, [&](const std::string& leaf, Field&) { any = any || wanted(leaf, only); });
    return any;
  }

  void list(Config& config) {
    line(config.cameras.empty() ? "cameras: []" : "cameras:");
    depth_ += 2;
    for (CameraConfig& camera : config.cameras) {
      if (!camera.streams.detect.empty()) camera.source_shown.clear();  // it stands there
      Section fields = config::fields_of(camera);
      const std::size_t start = out_.size();
      section(fields, "", &camera.overrides);
      out_[start + 2] = '-';  // "    id: x" becomes "  - id: x"
    }
    depth_ -= 2;
  }

  void line(const std::string& content) {
    out_.append(depth_ * 2, ' ');
    out_ += content;
    out_ += '\n';
  }

  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string show_config(const Config& config) {
  Config copy = config;
  Section fields = config::fields_of(copy);
  Printer printer;
  printer.section(fields, "", nullptr);
  return printer.take();
}

}  // namespace lyn
