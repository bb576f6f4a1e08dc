#include "stages/infer/card_yaml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lyn::card {
namespace {

bool parse_number(std::string_view text, double& value) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

bool is_plain(const YAML::Node& node) {
  return node.IsScalar() && node.Tag() == "?";
}

bool is_reserved_word(const std::string& text) {
  constexpr std::array<std::string_view, 13> kWords = {"",     "~",     "null",  "Null",  "NULL", "true", "True",
                                                       "TRUE", "false", "False", "FALSE", ".nan", ".inf"};
  return std::ranges::find(kWords, text) != kWords.end();
}

}  // namespace

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

bool is_text(const YAML::Node& node) {
  if (!node.IsScalar()) return false;
  double ignored = 0;
  return !is_plain(node) || (!is_reserved_word(node.Scalar()) && !parse_number(node.Scalar(), ignored));
}

void Reader::fail(const YAML::Mark& mark, const std::string& path, const std::string& problem,
                  const std::string& remedy) {
  if (error_) return;
  const std::string place = fmt::format("{}:{}:{}: ", file_, mark.line + 1, mark.column + 1);
  error_ = Error{ErrorKind::device, place + (path.empty() ? "" : path + ": ") + problem, remedy};
}

YAML::Node Reader::parse(const std::string& text) {
  try {
    YAML::Node root = YAML::Load(text);
    if (root.IsMap()) return root;
    const bool empty = root.IsNull() || !root.IsDefined();
    fail(empty ? YAML::Mark() : root.Mark(), "", empty ? "the card is empty" : "a card is a map of keys",
         "see models/README.md for its keys");
  } catch (const YAML::Exception& problem) {
    fail(problem.mark, "", "not YAML: " + problem.msg, "see models/README.md for a card");
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void Reader::check_keys(const YAML::Node& map, const std::string& path, std::initializer_list<std::string_view> known) {
  if (error_) return;
  if (!map.IsMap())
    return fail(map.Mark(), path, "must be a map of keys", fmt::format("use {}", fmt::join(known, ", ")));
  std::vector<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::ranges::find(known, key) == known.end()) {
      return fail(entry.first.Mark(), join(path, key), "unknown key",
                  fmt::format("known are {}", fmt::join(known, ", ")));
    }
    if (std::ranges::find(seen, key) != seen.end()) {
      return fail(entry.first.Mark(), join(path, key), "duplicate key", "keep one of the two");
    }
    seen.push_back(key);
  }
}

YAML::Node Reader::find(const YAML::Node& map, const std::string& path, const char* key, bool required) {
  YAML::Node node(YAML::NodeType::Undefined);
  if (error_) return node;
  for (const auto& entry : map) {
    if (entry.first.Scalar() == key) node.reset(entry.second);
  }
  if (!node.IsDefined() && required) fail(map.Mark(), join(path, key), "is missing", "every card needs it");
  return node;
}

void Reader::text(const YAML::Node& map, const std::string& path, const char* key, std::string& value, bool required) {
  const YAML::Node node = find(map, path, key, required);
  if (!node.IsDefined()) return;
  if (!is_text(node)) return fail(node.Mark(), join(path, key), "must be text", "put it in quotes");
  value = node.Scalar();
}

std::optional<double> Reader::read_number(const YAML::Node& node, const std::string& path) {
  double value = 0;
  if (is_plain(node) && parse_number(node.Scalar(), value)) return value;
  fail(node.Mark(), path, "must be a number", "write it plain, without quotes");
  return std::nullopt;
}

void Reader::number(const YAML::Node& map, const std::string& path, const char* key, double least, double most,
                    float& value) {
  const YAML::Node node = find(map, path, key, false);
  if (!node.IsDefined()) return;
  const auto read = read_number(node, join(path, key));
  if (!read) return;
  if (*read < least || *read > most) {
    return fail(node.Mark(), join(path, key), fmt::format("{} is out of range", node.Scalar()),
                fmt::format("give a number from {} to {}", least, most));
  }
  value = static_cast<float>(*read);
}

void Reader::integer(const YAML::Node& map, const std::string& path, const char* key, int least, int most, int& value,
                     bool required) {
  const YAML::Node node = find(map, path, key, required);
  if (!node.IsDefined()) return;
  const auto read = read_number(node, join(path, key));
  if (!read) return;
  if (*read != std::floor(*read) || *read < least || *read > most) {
    return fail(node.Mark(), join(path, key), fmt::format("{} cannot be", node.Scalar()),
                fmt::format("give a whole number from {} to {}", least, most));
  }
  value = static_cast<int>(*read);
}

void Reader::three_numbers(const YAML::Node& map, const std::string& path, const char* key, float (&value)[3]) {
  const YAML::Node node = find(map, path, key, false);
  if (!node.IsDefined()) return;
  if (!node.IsSequence() || node.size() != 3) {
    return fail(node.Mark(), join(path, key), "must be a list of three numbers", "give one for each plane");
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (const auto read = read_number(node[i], join(path, key))) value[i] = static_cast<float>(*read);
  }
}

int Reader::choice(const YAML::Node& map, const std::string& path, const char* key,
                   std::initializer_list<std::string_view> words) {
  const YAML::Node node = find(map, path, key, false);
  if (!node.IsDefined()) return 0;
  const auto found = node.IsScalar() ? std::ranges::find(words, node.Scalar()) : words.end();
  if (found != words.end()) return static_cast<int>(found - words.begin());
  fail(node.Mark(), join(path, key),
       node.IsScalar() ? fmt::format("\"{}\" is not known", node.Scalar()) : "must be text",
       fmt::format("use {}", fmt::join(words, " or ")));
  return 0;
}

}  // namespace lyn::card
