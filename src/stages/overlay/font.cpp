#include "stages/overlay/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <vector>

namespace lyn {
namespace {

struct LibraryDeleter {
  void operator()(FT_Library library) const { FT_Done_FreeType(library); }
};
struct FaceDeleter {
  void operator()(FT_Face face) const { FT_Done_Face(face); }
};
using LibraryOwner = std::unique_ptr<FT_LibraryRec_, LibraryDeleter>;
using FaceOwner = std::unique_ptr<FT_FaceRec_, FaceDeleter>;

class FreeTypeFont final : public Font {
 public:
  FreeTypeFont(LibraryOwner library, FaceOwner face) : library_(std::move(library)), face_(std::move(face)) {}

  Status set_size(int pixels) override {
    if (FT_Set_Pixel_Sizes(face_.get(), 0, static_cast<FT_UInt>(pixels)) == 0) return {};
    return Error{ErrorKind::usage, "the font has no letters of " + std::to_string(pixels) + " pixels",
                 "name a scalable TrueType font"};
  }

  // 26.6 fixed point; the descender lies below the baseline and is negative.
  int ascent() const override { return static_cast<int>((face_->size->metrics.ascender + 63) / 64); }
  int descent() const override { return static_cast<int>((63 - face_->size->metrics.descender) / 64); }

  Letter letter(char32_t character) override {
    if (FT_Load_Char(face_.get(), character, FT_LOAD_RENDER) != 0) return {};
    const FT_GlyphSlot slot = face_->glyph;
    Letter letter;
    letter.advance = static_cast<int>((slot->advance.x + 32) / 64);
    letter.left = slot->bitmap_left;
    letter.top = slot->bitmap_top;
    if (slot->bitmap.pixel_mode != FT_PIXEL_MODE_GRAY) return letter;
    letter.width = static_cast<int>(slot->bitmap.width);
    letter.height = static_cast<int>(slot->bitmap.rows);
    pack(slot->bitmap);
    letter.rows = rows_;
    return letter;
  }

 private:
  void pack(const FT_Bitmap& bitmap) {
    rows_.clear();
    for (unsigned y = 0; y < bitmap.rows; ++y) {
      const unsigned char* row = bitmap.buffer + static_cast<std::ptrdiff_t>(y) * bitmap.pitch;
      rows_.insert(rows_.end(), row, row + bitmap.width);
    }
  }

  LibraryOwner library_;  // outlives the face
  FaceOwner face_;
  std::vector<std::uint8_t> rows_;
};

Error not_a_font(const std::string& path, bool is_default, int cause) {
  const bool unreadable = cause == FT_Err_Cannot_Open_Resource || cause == FT_Err_Cannot_Open_Stream;
  const std::string what = "cannot read the font '" + path +
                           "': " + (unreadable ? "no such file, or not readable" : "not a font that FreeType knows");
  if (is_default)
    return {ErrorKind::output, what, "install the package fonts-dejavu-core, or name another TrueType file"};
  return {ErrorKind::usage, what, "name a readable TrueType file, or none to use " + std::string(kDefaultFont)};
}

}  // namespace

Result<std::unique_ptr<Font>> Font::open(const std::string& path) {
  const bool is_default = path.empty();
  const std::string file = is_default ? kDefaultFont : path;
  FT_Library library = nullptr;
  if (const int cause = FT_Init_FreeType(&library); cause != 0) {
    return Error{ErrorKind::output, "FreeType does not start (error " + std::to_string(cause) + ")", "free memory"};
  }
  LibraryOwner library_owner(library);
  FT_Face face = nullptr;
  if (const int cause = FT_New_Face(library, file.c_str(), 0, &face); cause != 0) {
    return not_a_font(file, is_default, cause);
  }
  FaceOwner face_owner(face);
  auto font = std::make_unique<FreeTypeFont>(std::move(library_owner), std::move(face_owner));
  LYN_CHECK(font->set_size(16));
  return std::unique_ptr<Font>(std::move(font));
}

}  // namespace lyn
