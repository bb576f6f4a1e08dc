#include "config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <numeric>
#include <sstream>

#include "config/utf8.h"

namespace lyn::config {
namespace {

constexpr std::size_t kMostDepth = 32;

Mark mark_of(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

/// Builds the tree from the parser's events. YAML::Node would do it too, but keeps duplicate keys and
/// follows aliases without a word.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  std::optional<YamlNode> take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(YamlNode{.kind = YamlNode::Kind::null, .mark = mark_of(mark)}, mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.add(mark_of(mark), path(), "aliases are not allowed; write the value out");
    add(YamlNode{.kind = YamlNode::Kind::broken, .mark = mark_of(mark)}, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (wants_key()) {
      open_.back().keys.push_back({value, mark_of(mark)});
      return;
    }
    add(YamlNode{.kind = YamlNode::Kind::scalar, .mark = mark_of(mark), .text = value, .plain = tag == "?"}, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override {
    refuse_duplicates();
    close();
  }

 private:
  [[nodiscard]] bool wants_key() const {
    return !open_.empty() && open_.back().kind == YamlNode::Kind::map &&
           open_.back().keys.size() == open_.back().children.size();
  }

  /// The path of the node that is about to be added.
  [[nodiscard]] std::string path() const {
    std::string text;
    for (const YamlNode& node : open_) {
      if (node.kind == YamlNode::Kind::list) {
        text += fmt::format("[{}]", node.children.size());
      } else if (node.keys.size() > node.children.size()) {
        text += (text.empty() ? "" : ".") + printable(node.keys.back().text);
      }
    }
    return text;
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      problems_.add(mark_of(mark), path(), "anchors are not allowed; write each value out");
    }
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add(mark_of(mark), path(), "tags are not allowed; remove " + quote(tag));
  }

  void refuse_duplicates() {
    const YamlNode& map = open_.back();
    std::vector<std::size_t> order(map.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return map.keys[a].text < map.keys[b].text; });
    const std::string prefix = path();
    for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
      const YamlKey& key = map.keys[order[i]];
      const YamlKey& earlier = map.keys[order[first]];
      if (key.text != earlier.text) {
        first = i;
        continue;
      }
      problems_.add(key.mark, (prefix.empty() ? "" : prefix + ".") + printable(key.text),
                    fmt::format("duplicate key; it stands in line {} already", earlier.mark.line));
    }
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (wants_key()) throw YAML::ParserException(mark, "a key must be text");
    if (open_.size() >= kMostDepth) throw YAML::ParserException(mark, "more than 32 levels deep");
    open_.push_back(YamlNode{.kind = kind, .mark = mark_of(mark)});
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    place(std::move(node));
  }

  void add(YamlNode node, const YAML::Mark& mark) {
    if (wants_key()) throw YAML::ParserException(mark, "a key must be text");
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().children.push_back(std::move(node));
    }
  }

  Problems& problems_;
  std::vector<YamlNode> open_;
  std::optional<YamlNode> root_;
};

bool refuse_bytes(const std::string& bytes, Problems& problems) {
  if (bytes.size() > kMostYamlBytes) {
    problems.add({}, "", "larger than 1 MiB; a configuration is text of a few kilobytes");
    return true;
  }
  if (const auto bad = first_bad_text(bytes)) {
    problems.add({bad->line, bad->column}, "",
                 "not plain UTF-8 text; save the file as UTF-8 without control characters");
    return true;
  }
  return false;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

/// YAML 1.2.2, 10.3.2: [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  text = without_sign(text);
  if (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN") {
    return true;
  }
  if (const auto exponent = text.find_first_of("eE"); exponent != std::string_view::npos) {
    if (!is_digits(without_sign(text.substr(exponent + 1)))) return false;
    text = text.substr(0, exponent);
  }
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return is_digits(text);
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(dot + 1);
  if (whole.empty()) return is_digits(fraction);
  return is_digits(whole) && (fraction.empty() || is_digits(fraction));
}

bool is_integer(std::string_view text) {
  if (is_digits(without_sign(text))) return true;
  const std::string_view prefix = text.substr(0, 2);
  const std::string_view digits = text.size() > 2 ? text.substr(2) : "";
  if (digits.empty()) return false;
  if (prefix == "0o") return digits.find_first_not_of("01234567") == std::string_view::npos;
  return prefix == "0x" && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

YamlNode::Type YamlNode::type() const {
  if (!plain) return Type::text;
  for (const char* word : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    if (text == word) return Type::boolean;
  }
  if (is_integer(text)) return Type::integer;
  return is_float(text) ? Type::number : Type::text;
}

std::optional<YamlNode> read_yaml(const std::string& bytes, Problems& problems) {
  if (refuse_bytes(bytes, problems)) return std::nullopt;
  try {
    std::istringstream stream(bytes);
    YAML::Parser parser(stream);
    TreeBuilder builder(problems);
    if (!parser.HandleNextDocument(builder)) return YamlNode{.mark = {1, 1}};
    TreeBuilder rest(problems);
    if (parser.HandleNextDocument(rest)) {
      const auto second = rest.take();
      problems.add(second ? second->mark : Mark{}, "", "a second document; keep one a file");
    }
    return builder.take();
  } catch (const YAML::Exception& error) {
    problems.add(mark_of(error.mark), "", "not valid YAML: " + printable(error.msg));
  } catch (const std::exception& error) {
    problems.add({}, "", std::string("not readable as YAML: ") + printable(error.what()));
  }
  return std::nullopt;
}

}  // namespace lyn::config
