#include "config/utf8.h"

#include <algorithm>
#include <cstddef>

namespace lyn::config {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// Length of the well-formed character at the start of `text`; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char least = 0x80;
  unsigned char most = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (lead == 0xE0) least = 0xA0;
  if (lead == 0xED) most = 0x9F;
  if (lead == 0xF0) least = 0x90;
  if (lead == 0xF4) most = 0x8F;
  if (length == 0 || text.size() < length) return 0;
  if (byte_at(text, 1) < least || byte_at(text, 1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

std::optional<TextPlace> first_bad_text(std::string_view bytes) {
  TextPlace place;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    const unsigned char lead = byte_at(bytes, 0);
    const bool space = lead == '\n' || lead == '\r' || lead == '\t';
    if (length == 0 || (is_control(lead) && !space)) return place;
    ++place.column;
    if (lead == '\n') place = {place.line + 1, 1};
    bytes.remove_prefix(length);
  }
  return std::nullopt;
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

}  // namespace lyn::config
