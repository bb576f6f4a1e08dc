#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/colour.h"
#include "kernels/draw.h"
#include "stages/overlay/glyph_atlas.h"
#include "stages/overlay/overlay.h"
#include "stages/overlay/palette.h"
#include "stages/overlay/style.h"
#include "stages/overlay/trails.h"

namespace lyn {

/// A frame's items as commands for kDrawKernel: masks below trails below boxes below keypoints below labels, in the
/// order of the items. What crosses to the device stays within kFrameBytes (the budget of Reason::overlay): boxes come
/// first, then labels, keypoints, masks, trails, as long as they fit; left_out() counts the rest.
class DrawList {
 public:
  static constexpr std::size_t kFrameBytes = 8192;

  DrawList(bool trails, int trail_points);
  /// For a picture of this (even) size. `atlas` has begun its frame with style.text.
  void build(int width, int height, Colour colour, std::span<const OverlayItem> items, GlyphAtlas& atlas);

  [[nodiscard]] std::span<const DrawCommand> commands() const { return commands_; }
  [[nodiscard]] std::span<const std::uint32_t> payload() const { return payload_; }
  /// The blocks that hold all of it: {x, y} and one past the end.
  [[nodiscard]] draw::Rect blocks() const;
  /// Boxes, labels, masks, keypoints of an object and trails that the budget had no room for, ever.
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  struct Paint {
    Yuv ground;
    std::uint8_t text_y;
  };
  void fit_picture(int width, int height, Colour colour);
  draw::Rect box_of(const Box& box) const;
  const Paint& paint_of(const OverlayItem& item) const;
  bool take(std::size_t bytes);
  DrawCommand command(DrawKind kind, const draw::Rect& rect, const Paint& paint) const;
  void add_box(const OverlayItem& item);
  void add_label(const OverlayItem& item, GlyphAtlas& atlas);
  void add_points(const OverlayItem& item);
  void add_mask(const OverlayItem& item);
  void add_trail(const OverlayItem& item);

  int width_ = 0, height_ = 0;
  Colour colour_;
  OverlayStyle style_;
  std::array<Paint, kPaletteSize> paints_{};
  bool with_trails_;
  Trails trails_;
  std::size_t bytes_left_ = 0;
  std::uint64_t left_out_ = 0;
  std::vector<DrawCommand> commands_, trail_commands_, boxes_, points_, labels_;
  std::vector<std::uint32_t> payload_;
};

}  // namespace lyn
