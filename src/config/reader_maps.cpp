#include <fmt/format.h>

#include "config/reader.h"

/// Values of more than one number: scores by label, polygons.
namespace lyn::config {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t kLeastCorners = 3;
constexpr std::size_t kMostCorners = 64;
constexpr std::size_t kMostRegions = 64;

}  // namespace

void Reader::read(const YamlNode& node, const Field& field, std::map<std::string, double>* value,
                  const std::string& path) {
  if (node.kind != Kind::map) return expected(node, path, "a map of numbers by label such as {person: 0.5}");
  value->clear();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (node.children[i].kind == Kind::broken) continue;
    double number = 0;
    read(node.children[i], field, &number, path + "." + printable(node.keys[i].text));
    (*value)[node.keys[i].text] = number;
  }
}

std::optional<PicturePoint> Reader::point_of(const YamlNode& node, const Field& field, const std::string& path) {
  if (node.kind != Kind::list || node.children.size() != 2) {
    expected(node, path, "[x, y] in shares of the picture, such as [0.25, 1]");
    return std::nullopt;
  }
  PicturePoint point;
  for (const YamlNode& child : node.children) {
    if (child.kind == Kind::broken) return std::nullopt;
  }
  read(node.children[0], field, &point.x, path + "[0]");
  read(node.children[1], field, &point.y, path + "[1]");
  return point;
}

Polygon Reader::polygon_of(const YamlNode& node, const Field& field, const std::string& path) {
  Polygon corners;
  const std::size_t count = node.kind == Kind::list ? node.children.size() : 0;
  if (count < kLeastCorners || count > kMostCorners) {
    expected(node, path,
             fmt::format("a list of {} to {} corners such as [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]", kLeastCorners,
                         kMostCorners));
    return corners;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto point = point_of(node.children[i], field, fmt::format("{}[{}]", path, i))) corners.push_back(*point);
  }
  return corners;
}

void Reader::read(const YamlNode& node, const Field& field, std::vector<Polygon>* value, const std::string& path) {
  if (node.kind != Kind::list) return expected(node, path, "a list of polygons such as [[[0, 0.5], [1, 0.5], [1, 1]]]");
  if (node.children.size() > kMostRegions) {
    return problems_.add(node.mark, path, fmt::format("more than {} regions; join some", kMostRegions));
  }
  value->clear();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (node.children[i].kind == Kind::broken) continue;
    value->push_back(polygon_of(node.children[i], field, fmt::format("{}[{}]", path, i)));
  }
}

}  // namespace lyn::config
