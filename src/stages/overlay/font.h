#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"

namespace lyn {

/// Debian's fonts-dejavu-core.
constexpr const char* kDefaultFont = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

/// A character drawn at the font's present size: height rows of width alpha bytes. `rows` is valid
/// until the next call.
struct Letter {
  std::span<const std::uint8_t> rows;
  int width = 0;
  int height = 0;
  int left = 0;  ///< columns from the pen to the first column
  int top = 0;   ///< rows from the baseline up to the first row
  int advance = 0;
};

/// A TrueType file through FreeType. One thread at a time.
class Font {
 public:
  /// Empty path: kDefaultFont. Errors: kind `usage` for a named file that cannot be read as a font,
  /// `output` when the default one is not installed.
  static Result<std::unique_ptr<Font>> open(const std::string& path);
  virtual ~Font() = default;
  virtual Status set_size(int pixels) = 0;
  /// Rows above and below the baseline that any letter needs.
  virtual int ascent() const = 0;
  virtual int descent() const = 0;
  /// A character that the font lacks comes as its box for missing ones. Nothing comes of a damaged
  /// glyph: an empty letter.
  virtual Letter letter(char32_t character) = 0;
};

}  // namespace lyn
