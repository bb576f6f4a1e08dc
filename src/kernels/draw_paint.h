#pragma once

#include <cstdint>

#include "kernels/blend.h"
#include "kernels/draw.h"

/// The arithmetic of kDrawKernel, for both devices. A command is one or more layers (an outline; a ground
/// and its glyphs; segments), each with bounds; a layer paints one 2x2 block at a time: luma by the
/// pixel's weight, chroma by the mean weight of the four.
namespace lyn::draw {

struct View {
  std::uint8_t* luma;
  std::uint8_t* chroma[2];
  std::int64_t luma_pitch;
  std::int64_t chroma_pitch[2];
  int chroma_step;
  const DrawCommand* commands;
  const std::uint32_t* payload;
  const GlyphShape* shapes;
  const std::uint8_t* atlas;
};

LYN_HD View view_of(const DrawArgs& args) {
  return {args.luma.host_view(),    {args.chroma[0].host_view(), args.chroma[1].host_view()},
          args.luma_pitch,          {args.chroma_pitch[0], args.chroma_pitch[1]},
          args.chroma_step,         args.commands.host_view(),
          args.payload.host_view(), args.shapes.host_view(),
          args.atlas.host_view()};
}

struct Rect {
  int x0, y0, x1, y1;
  [[nodiscard]] LYN_HD bool has(int x, int y) const { return x >= x0 && x < x1 && y >= y0 && y < y1; }
  [[nodiscard]] LYN_HD bool empty() const { return x0 >= x1 || y0 >= y1; }
  /// Whether the 2x2 block shares a pixel with the rectangle.
  [[nodiscard]] LYN_HD bool meets_block(int bx, int by) const {
    return !empty() && 2 * bx + 1 >= x0 && 2 * bx < x1 && 2 * by + 1 >= y0 && 2 * by < y1;
  }
};

LYN_HD int min_of(int a, int b) {
  return a < b ? a : b;
}
LYN_HD int max_of(int a, int b) {
  return a > b ? a : b;
}
LYN_HD int clamp_of(int value, int low, int high) {
  return min_of(max_of(value, low), high);
}

LYN_HD Rect common(const Rect& a, const Rect& b) {
  return {max_of(a.x0, b.x0), max_of(a.y0, b.y0), min_of(a.x1, b.x1), min_of(a.y1, b.y1)};
}

LYN_HD Rect rect_of(const DrawCommand& command) {
  return {command.x0, command.y0, command.x1, command.y1};
}

struct Ink {
  std::uint8_t y, u, v;
};

/// Lays `ink` on a block with one weight (0..256) a pixel, in the order of rows.
LYN_HD void paint(const View& view, int bx, int by, const int weight[4], Ink ink) {
  const int sum = weight[0] + weight[1] + weight[2] + weight[3];
  if (sum == 0) return;
  for (int pixel = 0; pixel < 4; ++pixel) {
    std::uint8_t& luma = view.luma[(2 * by + (pixel >> 1)) * view.luma_pitch + 2 * bx + (pixel & 1)];
    luma = blend(luma, ink.y, weight[pixel]);
  }
  const int mean = (sum + 2) >> 2;
  const std::int64_t column = static_cast<std::int64_t>(bx) * view.chroma_step;
  std::uint8_t& u = view.chroma[0][by * view.chroma_pitch[0] + column];
  std::uint8_t& v = view.chroma[1][by * view.chroma_pitch[1] + column];
  u = blend(u, ink.u, mean);
  v = blend(v, ink.v, mean);
}

LYN_HD Ink ink_of(const DrawCommand& command) {
  return {command.y, command.u, command.v};
}

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

/// The largest integer whose square is not above `value`.
LYN_HD std::uint32_t square_root(std::uint64_t value) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    const std::uint64_t trial = root | bit;
    if (trial * trial <= value) root = trial;
  }
  return static_cast<std::uint32_t>(root);
}

/// A piece of a trail from a to b, without its end, so that the next piece does not paint b again.
struct Segment {
  Rect bounds;
  int ax, ay, dx, dy;
  std::int64_t square;   ///< length squared
  std::int64_t inverse;  ///< 2^24 / length
  int size;
  int weight;
};

LYN_HD int point_x(std::uint32_t word) {
  return static_cast<std::int16_t>(word & 0xFFFF);
}
LYN_HD int point_y(std::uint32_t word) {
  return static_cast<std::int16_t>(word >> 16);
}

LYN_HD Rect segment_bounds(const View& view, const DrawCommand& command, int index) {
  const std::uint32_t a = view.payload[command.first + index];
  const std::uint32_t b = view.payload[command.first + index + 1];
  const int reach = command.size / 2 + 1;
  const Rect around{min_of(point_x(a), point_x(b)) - reach, min_of(point_y(a), point_y(b)) - reach,
                    max_of(point_x(a), point_x(b)) + reach + 1, max_of(point_y(a), point_y(b)) + reach + 1};
  return common(around, rect_of(command));
}

LYN_HD Segment segment_of(const View& view, const DrawCommand& command, int index) {
  const std::uint32_t a = view.payload[command.first + index];
  const std::uint32_t b = view.payload[command.first + index + 1];
  Segment segment{};
  segment.bounds = segment_bounds(view, command, index);
  segment.ax = point_x(a);
  segment.ay = point_y(a);
  segment.dx = point_x(b) - segment.ax;
  segment.dy = point_y(b) - segment.ay;
  segment.square =
      static_cast<std::int64_t>(segment.dx) * segment.dx + static_cast<std::int64_t>(segment.dy) * segment.dy;
  if (segment.square == 0) segment.bounds = {0, 0, 0, 0};
  const std::int64_t length_256 =
      max_of(1, static_cast<int>(square_root(static_cast<std::uint64_t>(segment.square) << 16)));
  segment.inverse = (std::int64_t{1} << 32) / length_256;
  segment.size = command.size;
  segment.weight = weight_of(command.alpha) * (index + 1) / (command.count - 1);
  return segment;
}

/// How much of a pixel a segment covers: the distance of its centre from the line, softened over one pixel.
LYN_HD int segment_weight(const Segment& segment, int x, int y) {
  const std::int64_t px = x - segment.ax;
  const std::int64_t py = y - segment.ay;
  const std::int64_t along = px * segment.dx + py * segment.dy;
  if (along < 0 || along >= segment.square || !segment.bounds.has(x, y)) return 0;
  const std::int64_t cross = px * segment.dy - py * segment.dx;
  const std::int64_t distance_256 = ((cross < 0 ? -cross : cross) * segment.inverse) >> 16;
  const std::int64_t left_over = 128 * (segment.size + 1) - distance_256;
  const int cover = left_over < 0 ? 0 : left_over > 256 ? 256 : static_cast<int>(left_over);
  return weight_product(cover, segment.weight);
}

LYN_HD void paint_segment(const View& view, const DrawCommand& command, const Segment& segment, int bx, int by) {
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    weight[pixel] = segment_weight(segment, 2 * bx + (pixel & 1), 2 * by + (pixel >> 1));
  }
  paint(view, bx, by, weight, ink_of(command));
}

/// All of one command that touches one block.
LYN_HD void paint_command(const View& view, const DrawCommand& command, int bx, int by) {
  if (!rect_of(command).meets_block(bx, by)) return;
  if (command.kind == DrawKind::trail) {
    for (int index = 0; index + 1 < command.count; ++index) {
      if (!segment_bounds(view, command, index).meets_block(bx, by)) continue;
      const Segment segment = segment_of(view, command, index);
      if (segment.bounds.meets_block(bx, by)) paint_segment(view, command, segment, bx, by);
    }
    return;
  }
  const Rect hole = command.kind == DrawKind::box ? hole_of(command) : Rect{0, 0, 0, 0};
  paint_frame(view, command, hole, bx, by);
  if (command.kind == DrawKind::box) return;
  for (int index = 0; index < command.count; ++index) {
    const Glyph glyph = glyph_of(view, command, index);
    if (glyph.bounds.meets_block(bx, by)) paint_glyph(view, command, glyph, bx, by);
  }
}

/// One work item: every command, in order, on one block.
LYN_HD void block(const DrawArgs& args, const View& view, int bx, int by) {
  for (int index = 0; index < args.command_count; ++index) paint_command(view, view.commands[index], bx, by);
}

}  // namespace lyn::draw
