#include "stages/overlay/glyph_atlas.h"

#include <algorithm>
#include <cstring>

namespace lyn {
namespace {

constexpr std::size_t kShapes = 1024;
constexpr std::size_t kAlphaBytes = 512 * 1024;  // about 250 letters of 48 pixels (2160 lines), 1,000 of 24

}  // namespace

Result<std::unique_ptr<GlyphAtlas>> GlyphAtlas::create(Device& device, std::unique_ptr<Font> font) {
  std::unique_ptr<GlyphAtlas> atlas(new GlyphAtlas(device, std::move(font)));
  LYN_CHECK(atlas->reserve());
  return atlas;
}

Status GlyphAtlas::reserve() {
  LYN_TRY(shapes_, device_.pool().lease(kShapes * sizeof(GlyphShape)));
  LYN_TRY(alphas_, device_.pool().lease(kAlphaBytes));
  LYN_TRY(shapes_host_, Staging::create(device_, kShapes * sizeof(GlyphShape)));
  LYN_TRY(alphas_host_, Staging::create(device_, kAlphaBytes));
  others_.reserve(kShapes);
  forget();
  return {};
}

void GlyphAtlas::forget() {
  ascii_.fill({});
  others_.clear();
  full_ = false;
  const GlyphShape blank{};
  std::memcpy(shapes_host_.bytes().data(), &blank, sizeof blank);
  shape_count_ = 1;
  shapes_sent_ = alpha_bytes_ = alphas_sent_ = 0;
}

Status GlyphAtlas::begin_frame(Stream& stream, int pixels) {
  if (pixels == pixels_ && !full_) return {};
  LYN_CHECK(stream.synchronize());  // copies of the old letters may still read the staging memory
  LYN_CHECK(font_->set_size(pixels));
  pixels_ = pixels;
  forget();
  return {};
}

GlyphAtlas::Glyph GlyphAtlas::find(char32_t character) {
  Glyph* kept = nullptr;
  if (character < ascii_.size()) {
    kept = &ascii_[character];
  } else if (const auto found = others_.find(character); found != others_.end()) {
    return found->second;
  }
  if (kept != nullptr && kept->number != 0) return *kept;
  const Glyph drawn = draw(character);
  if (drawn.number == 0) return drawn;
  if (kept != nullptr) {
    *kept = drawn;
  } else {
    others_.emplace(character, drawn);
  }
  return drawn;
}

GlyphAtlas::Glyph GlyphAtlas::draw(char32_t character) {
  const Letter letter = font_->letter(character);
  Glyph glyph{0, static_cast<std::uint16_t>(std::max(0, letter.advance))};
  full_ = full_ || shape_count_ == kShapes || alpha_bytes_ + letter.rows.size() > kAlphaBytes;
  if (full_) return glyph;
  const GlyphShape shape{static_cast<std::uint32_t>(alpha_bytes_), static_cast<std::int16_t>(letter.left),
                         static_cast<std::int16_t>(letter.top), static_cast<std::uint16_t>(letter.width),
                         static_cast<std::uint16_t>(letter.height)};
  std::memcpy(shapes_host_.bytes().data() + shape_count_ * sizeof shape, &shape, sizeof shape);
  if (!letter.rows.empty()) {
    std::memcpy(alphas_host_.bytes().data() + alpha_bytes_, letter.rows.data(), letter.rows.size());
  }
  alpha_bytes_ += letter.rows.size();
  glyph.number = static_cast<std::uint16_t>(shape_count_++);
  return glyph;
}

Status GlyphAtlas::upload(Stream& stream) {
  const std::size_t shape_from = shapes_sent_ * sizeof(GlyphShape);
  const std::size_t shape_to = shape_count_ * sizeof(GlyphShape);
  if (shape_to > shape_from) {
    LYN_CHECK(device_.copy_in(stream, Reason::tables,
                              shapes_.address().offset_bytes(static_cast<std::ptrdiff_t>(shape_from)),
                              shapes_host_.bytes().subspan(shape_from, shape_to - shape_from)));
  }
  if (alpha_bytes_ > alphas_sent_) {
    LYN_CHECK(device_.copy_in(stream, Reason::tables,
                              alphas_.address().offset_bytes(static_cast<std::ptrdiff_t>(alphas_sent_)),
                              alphas_host_.bytes().subspan(alphas_sent_, alpha_bytes_ - alphas_sent_)));
  }
  shapes_sent_ = shape_count_;
  alphas_sent_ = alpha_bytes_;
  return {};
}

}  // namespace lyn
