#include "config/secrets.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "config/problems.h"
#include "config/read_file.h"
#include "config/utf8.h"
#include "core/secret.h"

namespace lyn::config {
namespace {

constexpr std::size_t kMostSecretBytes = std::size_t{64} << 10U;

Error wrong(std::string what, std::string remedy) {
  return {ErrorKind::usage, std::move(what), std::move(remedy)};
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string_view::npos;
}

Result<std::string> environment_value(std::string_view name) {
  if (!is_variable_name(name)) {
    return wrong("${" + printable(name) + "} names no variable", "write ${NAME}, or $${ for a literal ${");
  }
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) {
    return wrong(fmt::format("the environment variable {} is not set", name),
                 fmt::format("set {} and start again", name));
  }
  if (!is_one_line(value)) {
    return wrong(fmt::format("the environment variable {} holds control characters", name),
                 "set it to one line of text");
  }
  return std::string(value);
}

}  // namespace

Result<Expanded> expand_environment(std::string_view text) {
  Expanded result;
  while (!text.empty()) {
    if (text.starts_with("$${")) {
      result.text += "${";
      result.shown += "${";
      text.remove_prefix(3);
    } else if (text.starts_with("${")) {
      const auto end = text.find('}');
      if (end == std::string_view::npos) return wrong("${ has no closing brace", "write ${NAME}");
      LYN_TRY(const std::string value, environment_value(text.substr(2, end - 2)));
      result.text += value;
      result.shown += Secret::shown();
      text.remove_prefix(end + 1);
    } else {
      result.text += text.front();
      result.shown += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

Result<Expanded> read_secret_file(const std::filesystem::path& path) {
  LYN_TRY(std::string text, read_file(path.string(), kMostSecretBytes));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  const std::string name = quote(path.string());
  if (text.empty()) return wrong("the secret file " + name + " is empty", "put the secret into its first line");
  if (!is_one_line(text))
    return wrong("the secret file " + name + " holds more than one line of text", "keep one line");
  return Expanded{std::move(text), std::string(Secret::shown())};
}

std::string escape_environment(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace lyn::config
