#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/byte_size.h"
#include "config/duration.h"
#include "config/reader.h"
#include "config/secrets.h"
#include "config/text_forms.h"
#include "config/utf8.h"
#include "core/secret.h"
#include "core/tls_policy.h"

namespace lyn::config {
namespace {

using Kind = YamlNode::Kind;
using Type = YamlNode::Type;

bool is(const YamlNode& node, Type type) {
  return node.kind == Kind::scalar && node.type() == type;
}

/// What a node is, without its content: it may be a secret.
std::string_view name_of(const YamlNode& node) {
  if (node.kind == Kind::null) return "nothing";
  if (node.kind == Kind::list) return "a list";
  if (node.kind == Kind::map) return "a map";
  if (node.type() == Type::boolean) return "a boolean";
  return node.type() == Type::text ? "text" : "a number";
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string Reader::resolved(const std::string& path) const {
  return (base_ / path).lexically_normal().string();
}

void Reader::expected(const YamlNode& node, const std::string& path, std::string_view what) {
  std::string text = fmt::format("expected {}, found {}", what, name_of(node));
  if (node.kind == Kind::null) text += "; write a value or remove the key";
  problems_.add(node.mark, path, text);
}

void Reader::out_of_range(const YamlNode& node, const Field& field, const std::string& path) {
  const Rule& rule = field.rule;
  const std::string range = rule.least == rule.most ? fmt::format("it can only be {}", rule.least)
                                                    : fmt::format("it goes from {} to {}", rule.least, rule.most);
  problems_.add(node.mark, path, fmt::format("{} is out of range; {}", printable(node.text), range));
}

void Reader::read(const YamlNode& node, const Field& /*field*/, bool* value, const std::string& path) {
  if (!is(node, Type::boolean)) return expected(node, path, "true or false");
  if (node.text != "true" && node.text != "false") {
    return problems_.add(node.mark, path, quote(node.text) + " is not written that way; write true or false");
  }
  *value = node.text == "true";
}

void Reader::read(const YamlNode& node, const Field& field, int* value, const std::string& path) {
  if (!is(node, Type::integer)) return expected(node, path, "a whole number");
  if (node.text.starts_with("0x") || node.text.starts_with("0o")) {
    return problems_.add(node.mark, path, "not in decimal; write digits only");
  }
  int number = 0;
  if (!parse_number(node.text, number) || number < field.rule.least || number > field.rule.most) {
    return out_of_range(node, field, path);
  }
  *value = number;
}

void Reader::read(const YamlNode& node, const Field& field, double* value, const std::string& path) {
  if (!is(node, Type::integer) && !is(node, Type::number)) return expected(node, path, "a number");
  double number = 0;
  const bool good = parse_number(node.text, number) && number >= field.rule.least && number <= field.rule.most;
  if (!good) return out_of_range(node, field, path);
  *value = number + 0.0;  // -0 becomes 0
}

void Reader::read(const YamlNode& node, const Field& field, std::chrono::milliseconds* value, const std::string& path) {
  const auto duration = is(node, Type::text) ? parse_duration(node.text) : std::nullopt;
  if (!duration) return expected(node, path, "a duration such as 5s, 250ms or 2m");
  const auto count = static_cast<double>(duration->count());
  if (count >= field.rule.least && count <= field.rule.most) {
    *value = *duration;
    return;
  }
  const auto shown = [](double bound) { return show_duration(std::chrono::milliseconds(static_cast<long>(bound))); };
  problems_.add(node.mark, path,
                fmt::format("{} is out of range; it goes from {} to {}", node.text, shown(field.rule.least),
                            shown(field.rule.most)));
}

std::optional<std::string> Reader::text_of(const YamlNode& node, const Field& field, const std::string& path) {
  if (!is(node, Type::text)) {
    if (node.kind == Kind::scalar) {
      problems_.add(node.mark, path, fmt::format("expected text, found {}; put it in quotes", name_of(node)));
    } else {
      expected(node, path, "text");
    }
    return std::nullopt;
  }
  if (!is_one_line(node.text)) {
    problems_.add(node.mark, path, "control characters are not allowed; keep to one line of text");
    return std::nullopt;
  }
  return formed(node, field, node.text, path);
}

std::optional<std::string> Reader::formed(const YamlNode& node, const Field& field, std::string text,
                                          const std::string& path) {
  const auto refuse = [&](const std::string& problem) {
    problems_.add(node.mark, path, problem);
    return std::nullopt;
  };
  const auto choices = field.rule.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    return refuse(quote(text) + " is not known; " + nearest_hint(text, choices));
  }
  if (text.find("${") != std::string::npos) return refuse("${...} works in cameras[].source only; write the value out");
  switch (field.rule.form) {
    case TextForm::free:
      return text;
    case TextForm::camera_id:
      if (is_camera_id(text)) return text;
      return refuse(refused_id(text));
    case TextForm::own_device:
      if (text.empty() || (is_device(text) && is_one_device(text))) return text;
      return refuse(quote(text) + " is not one device; write it as cuda:1");
    case TextForm::device:
      if (is_device(text)) return text;
      return refuse(refused_device(text));
    case TextForm::model:
      return text.empty() || text == "none" || text == "motion" ? text : resolved(text);
    case TextForm::path_template:
      if (const auto name = unknown_placeholder(text); !name.empty()) {
        return refuse(refused_placeholder(name));
      }
      return text.empty() || text == "-" ? text : resolved(text);
    case TextForm::folder_template:
      if (const auto name = unknown_placeholder(text); !name.empty()) return refuse(refused_placeholder(name));
      if (text == "-") return refuse("standard output is no place for it; name a folder");
      break;
    case TextForm::byte_size:
      if (text.empty() || parse_byte_size(text)) return text;
      return refuse(quote(text) + " is not a size; write 500KB, 100MB or 64MiB");
    case TextForm::tls:
      if (parse_tls_policy(text)) return text;
      return refuse(quote(text) + " is no such policy; write verify, insecure or pin:<sha256>, 64 digits of base 16");
    case TextForm::path:
      break;
  }
  return text.empty() ? text : resolved(text);
}

void Reader::read(const YamlNode& node, const Field& field, std::string* value, const std::string& path) {
  if (auto text = text_of(node, field, path)) *value = std::move(*text);
}

void Reader::read(const YamlNode& node, const Field& field, std::optional<std::string>* value,
                  const std::string& path) {
  if (auto text = text_of(node, field, path)) *value = std::move(*text);
}

void Reader::read(const YamlNode& node, const Field& field, std::vector<std::string>* value, const std::string& path) {
  if (node.kind != Kind::list) return expected(node, path, "a list of texts such as [person, car]");
  value->clear();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const YamlNode& item = node.children[i];
    if (item.kind == Kind::broken) continue;
    if (auto text = text_of(item, field, fmt::format("{}[{}]", path, i))) value->push_back(std::move(*text));
  }
}

std::optional<std::string> Reader::secret_path(const YamlNode& node, const std::string& path) {
  std::string file;
  Rule rule;
  rule.form = TextForm::path;
  rule.required = true;
  Section section{{"file", "The file that holds it.", &file, rule}};
  read_section(node, section, path);
  if (file.empty()) return std::nullopt;
  return file;
}

void Reader::read(const YamlNode& node, const Field& /*field*/, const SourceSlot& value, const std::string& path) {
  Result<Expanded> expanded = Expanded{};
  if (node.kind == Kind::map) {
    const auto file = secret_path(node, path);
    if (!file) return;
    expanded = read_secret_file(*file);
  } else if (!is(node, Type::text)) {
    return expected(node, path, "text or {file: PATH}");
  } else if (!is_one_line(node.text)) {
    return problems_.add(node.mark, path, "control characters are not allowed; keep to one line of text");
  } else {
    expanded = expand_environment(node.text);
  }
  if (!expanded) return problems_.add(node.mark, path, expanded.error().text());
  if (expanded->text.empty()) return problems_.add(node.mark, path, "empty; name a file or a URL");
  // A hidden source, as `config show` prints it, stays what it is.
  const bool is_file = !has_scheme(expanded->text) && expanded->text != Secret::shown();
  const bool show_resolved = is_file && expanded->shown != Secret::shown();
  *value.secret = Secret(is_file ? resolved(expanded->text) : expanded->text);
  *value.shown = redact(show_resolved ? resolved(expanded->shown) : expanded->shown);
}

}  // namespace lyn::config
