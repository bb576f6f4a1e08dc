#pragma once

#include <cstdint>

#include "kernels/draw_ink.h"
#include "kernels/draw_lines.h"
#include "kernels/draw_mask.h"

/// The arithmetic of kDrawKernel, for both devices: every command on one block.
namespace lyn::draw {

/// What the outline leaves free.
LYN_HD Rect hole_of(const DrawCommand& command) {
  const int size = command.size;
  return {command.x0 + size, command.y0 + size, command.x1 - size, command.y1 - size};
}

LYN_HD void paint_frame(const View& view, const DrawCommand& command, const Rect& hole, int bx, int by) {
  const Rect rect = rect_of(command);
  const int full = weight_of(command.alpha);
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int x = 2 * bx + (pixel & 1);
    const int y = 2 * by + (pixel >> 1);
    weight[pixel] = rect.has(x, y) && !hole.has(x, y) ? full : 0;
  }
  paint(view, bx, by, weight, ink_of(command));
}

/// One letter of a label.
struct Glyph {
  Rect bounds;  ///< within the label
  int x, y;     ///< of the shape's top left, in the picture
  const std::uint8_t* alpha;
  int width;
};

LYN_HD Glyph glyph_of(const View& view, const DrawCommand& command, int index) {
  const std::uint32_t word = view.payload[command.first + index];
  const GlyphShape& shape = view.shapes[word & 0xFFFF];
  const int x = command.x0 + static_cast<int>(word >> 16) + shape.left;
  const int y = command.y0 + command.size - shape.top;
  const Rect whole{x, y, x + shape.width, y + shape.height};
  return {common(whole, rect_of(command)), x, y, view.atlas + shape.offset, shape.width};
}

LYN_HD void paint_glyph(const View& view, const DrawCommand& command, const Glyph& glyph, int bx, int by) {
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int x = 2 * bx + (pixel & 1);
    const int y = 2 * by + (pixel >> 1);
    weight[pixel] = 0;
    if (glyph.bounds.has(x, y)) weight[pixel] = weight_of(glyph.alpha[(y - glyph.y) * glyph.width + x - glyph.x]);
  }
  paint(view, bx, by, weight, {command.text_y, 128, 128});
}

LYN_HD void paint_box_or_label(const View& view, const DrawCommand& command, int bx, int by) {
  const Rect hole = command.kind == DrawKind::box ? hole_of(command) : Rect{0, 0, 0, 0};
  paint_frame(view, command, hole, bx, by);
  if (command.kind == DrawKind::box) return;
  for (int index = 0; index < command.count; ++index) {
    const Glyph glyph = glyph_of(view, command, index);
    if (glyph.bounds.meets_block(bx, by)) paint_glyph(view, command, glyph, bx, by);
  }
}

/// All of one command that touches one block.
LYN_HD void paint_command(const View& view, const DrawCommand& command, int bx, int by) {
  if (!rect_of(command).meets_block(bx, by)) return;
  switch (command.kind) {
    case DrawKind::trail:
      for (int i = 0; i + 1 < command.count; ++i) paint_line(view, command, trail_line(view, command, i), bx, by);
      return;
    case DrawKind::points:
    case DrawKind::skeleton:
      return paint_points(view, command, bx, by);
    case DrawKind::mask:
      return paint_mask(view, command, mask_of(view, command), bx, by);
    case DrawKind::box:
    case DrawKind::label:
      return paint_box_or_label(view, command, bx, by);
  }
}

/// One work item: every command, in order, on one block.
LYN_HD void block(const DrawArgs& args, const View& view, int bx, int by) {
  for (int index = 0; index < args.command_count; ++index) paint_command(view, view.commands[index], bx, by);
}

}  // namespace lyn::draw
