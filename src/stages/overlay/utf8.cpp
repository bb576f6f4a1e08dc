#include "stages/overlay/utf8.h"

#include <cstddef>
#include <cstdint>

namespace lyn {
namespace {

struct Lead {
  std::size_t length;
  char32_t bits;
  char32_t lowest;  // anything below is an overlong form
};

Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1FU, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0FU, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

}  // namespace

char32_t take_character(std::string_view& text) {
  const Lead lead = lead_of(static_cast<std::uint8_t>(text[0]));
  char32_t value = lead.bits;
  bool good = lead.length > 0 && lead.length <= text.size();
  for (std::size_t index = 1; good && index < lead.length; ++index) {
    const auto byte = static_cast<std::uint8_t>(text[index]);
    good = (byte & 0xC0U) == 0x80;
    value = (value << 6) | (byte & 0x3FU);
  }
  good = good && value >= lead.lowest && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  text.remove_prefix(good ? lead.length : 1);
  return good ? value : kReplacement;
}

}  // namespace lyn
