#include "config/text_forms.h"

#include "config/problems.h"

namespace lyn::config {

bool is_camera_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

bool is_device(std::string_view device) {
  if (device == "cpu" || device == "cuda" || device == "cuda:all") return true;
  if (!device.starts_with("cuda:")) return false;
  for (std::string_view numbers = device.substr(5);;) {
    const auto comma = numbers.find(',');
    const std::string_view number = numbers.substr(0, comma);
    const bool plain = number.find_first_not_of("0123456789") == std::string_view::npos;
    if (number.empty() || number.size() > 3 || !plain) return false;
    if (comma == std::string_view::npos) return true;
    numbers.remove_prefix(comma + 1);
  }
}

/// Of names that are devices: those of a single one, with its number.
bool is_one_device(std::string_view device) {
  return device == "cpu" || (device.starts_with("cuda:") && device.find_first_of("a,", 5) == std::string_view::npos);
}

/// The first {placeholder} that is not {camera}; empty where there is none.
std::string_view unknown_placeholder(std::string_view pattern) {
  for (auto open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) return {};
    const std::string_view name = pattern.substr(open, close - open + 1);
    if (name != "{camera}") return name;
  }
  return {};
}

bool has_scheme(std::string_view source) {
  const auto colon = source.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  for (const char c : source.substr(0, colon)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && !other) return false;
  }
  return source.front() < '0' || source.front() > '9';
}

std::string refused_id(std::string_view id) {
  return quote(id) + " cannot be an id; use 1 to 64 of a to z, 0 to 9, _ and -";
}

std::string refused_device(std::string_view device) {
  return quote(device) + " is not a device; devices are cpu, cuda, cuda:N, several as cuda:N,M, and cuda:all";
}

std::string refused_placeholder(std::string_view placeholder) {
  return quote(placeholder) + " is not known; the only placeholder is {camera}";
}

}  // namespace lyn::config
