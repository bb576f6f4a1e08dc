#pragma once

#include <cstdint>

#include "kernels/blend.h"
#include "kernels/draw.h"

/// What all commands of kDrawKernel share: rectangles, and ink on one 2x2 block. A command is one or more
/// layers (an outline; a ground and its glyphs; segments), each with bounds; a layer paints one block at a
/// time: luma by the pixel's weight, chroma by the mean weight of the four.
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

}  // namespace lyn::draw
