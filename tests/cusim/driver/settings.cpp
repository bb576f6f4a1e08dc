#include "cusim/driver/settings.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace cusim {
namespace {

[[noreturn]] void misspelt(std::string_view text) {
  std::fprintf(stderr, "cusim: CUSIM has \"%.*s\"; see tests/cusim/README.md\n", static_cast<int>(text.size()),
               text.data());
  std::_Exit(98);
}

template <class Number>
void read_number(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) misspelt(text);
}

/// Takes what follows the last `mark` off the end of `text`; empty where there is none.
std::string_view take_after(std::string_view& text, char mark) {
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

Failure parse_failure(std::string_view text) {
  Failure failure;
  if (const auto gpu = take_after(text, '#'); !gpu.empty()) read_number(gpu, failure.gpu);
  read_number(take_after(text, '@'), failure.at);
  failure.function = take_after(text, ':');
  read_number(text, failure.code);
  return failure;
}

}  // namespace

Settings parse_settings(std::string_view text) {
  Settings settings;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text = text.substr(item.size() == text.size() ? item.size() : item.size() + 1);
    const std::string_view name = item.substr(0, item.find('='));
    const std::string_view value = name.size() == item.size() ? "" : item.substr(name.size() + 1);
    if (name == "devices") {
      read_number(value, settings.devices);
    } else if (name == "memory_mb") {
      read_number(value, settings.memory_mb);
    } else if (name == "decoders") {
      read_number(value, settings.decoders);
    } else if (name == "decoders_busy") {
      read_number(value, settings.decoders_busy);
    } else if (name == "throttle") {
      read_number(value, settings.throttle);
    } else if (name == "fail") {
      settings.failure = parse_failure(value);
    } else {
      misspelt(item);
    }
  }
  return settings;
}

}  // namespace cusim
