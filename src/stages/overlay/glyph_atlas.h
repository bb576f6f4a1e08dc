#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "device/device.h"
#include "kernels/draw.h"
#include "stages/overlay/font.h"

namespace lyn {

/// Letters of one font and size in device memory, drawn when first asked for and sent once
/// (Reason::tables). When full it begins anew with the next frame. One thread, one stream.
class GlyphAtlas {
 public:
  struct Glyph {
    std::uint16_t number = 0;  ///< of its shape
    std::uint16_t advance = 0;
  };

  static Result<std::unique_ptr<GlyphAtlas>> create(Device& device, std::unique_ptr<Font> font);

  /// Before a frame's first find(). Another size than before forgets all letters.
  Status begin_frame(Stream& stream, int pixels);
  /// A letter; blank when there is no room for another one in this frame.
  Glyph find(char32_t character);
  /// Sends what find() has drawn since. Before the launch that reads it.
  Status upload(Stream& stream);

  [[nodiscard]] int ascent() const { return font_->ascent(); }
  [[nodiscard]] int descent() const { return font_->descent(); }
  [[nodiscard]] Address<const GlyphShape> shapes() const { return shapes_.address().as<const GlyphShape>(); }
  [[nodiscard]] Address<const std::uint8_t> alphas() const { return alphas_.address().as<const std::uint8_t>(); }

 private:
  GlyphAtlas(Device& device, std::unique_ptr<Font> font) : device_(device), font_(std::move(font)) {}
  Status reserve();
  void forget();
  Glyph draw(char32_t character);

  Device& device_;
  std::unique_ptr<Font> font_;
  Buffer shapes_, alphas_;
  Staging shapes_host_, alphas_host_;  // what is on the device, kept until the stream has copied it
  std::array<Glyph, 128> ascii_{};     // number 0: not drawn yet
  std::unordered_map<char32_t, Glyph> others_;
  int pixels_ = 0;
  bool full_ = false;
  std::size_t shape_count_ = 1, shapes_sent_ = 0;  // shape 0 is blank
  std::size_t alpha_bytes_ = 0, alphas_sent_ = 0;
};

}  // namespace lyn
