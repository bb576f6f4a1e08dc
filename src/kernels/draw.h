#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// Paints a list of commands, in order, on an 8-bit 4:2:0 picture of even size.
///
/// What the host sends a frame is small on purpose: about 20 bytes a box, 20 + 4 a letter a label,
/// 20 + 4 a point a trail or a skeleton. Glyph shapes stay on the device.
enum class DrawKind : std::uint8_t {
  box,       ///< the outline of the rectangle, `size` pixels wide inwards
  label,     ///< the rectangle filled, then glyphs: payload words x offset << 16 | glyph number
  trail,     ///< a line of `size` pixels through payload points (x, y as int16: x in the low half),
             ///< oldest first, the older the fainter
  points,    ///< discs in the text's colour, of two `size` across, at payload points; kNoPoint is left out
  skeleton,  ///< the same for COCO's 17 keypoints, joined by lines of `size` pixels
  mask,      ///< a tint where a grid of cells, smoothed, is set: a MaskPayload, then a bit a cell, row by row
};

/// A payload point that is not there.
constexpr std::uint32_t kNoPoint = 0x80008000U;
/// So many keypoints have bones of their own.
constexpr int kSkeletonPoints = 17;

/// Where the cells of a mask lie. A pixel's centre is at column (256 x + 128 - x0) * columns_per_x / 2^28, and so
/// for rows.
struct MaskPayload {
  std::int32_t columns, rows;
  std::int32_t x0, y0;                     ///< left and top of the grid, in 256ths of a pixel
  std::int32_t columns_per_x, rows_per_y;  ///< cells a pixel, in 2^-20
};
constexpr int kMaskHeaderWords = sizeof(MaskPayload) / sizeof(std::uint32_t);

struct DrawCommand {
  std::int16_t x0, y0, x1, y1;  ///< nothing is painted outside; x1 and y1 are one past the end; inside the picture
  DrawKind kind;
  std::uint8_t y, u, v;  ///< colour of box, label ground, trail
  std::uint8_t alpha;    ///< of the same: 255 covers
  std::uint8_t text_y;   ///< luma of glyphs, whose chroma is 128 and whose alpha is 255
  std::uint16_t size;    ///< line width; for labels the baseline's distance from y0
  std::uint16_t first;   ///< payload words of this command
  std::uint16_t count;
};
static_assert(sizeof(DrawCommand) == 20);

/// A glyph's shape: height rows of width alpha bytes at `offset` of the atlas, `left` of the pen and
/// `top` above the baseline.
struct GlyphShape {
  std::uint32_t offset;
  std::int16_t left, top;
  std::uint16_t width, height;
};
static_assert(sizeof(GlyphShape) == 12);

/// One work item is one 2x2 block of the rectangle that holds all commands; it runs through the
/// commands that touch it. On the host the commands are the outer loop: the same per pixel.
struct DrawArgs {
  Address<std::uint8_t> luma;
  Address<std::uint8_t> chroma[2];  ///< semi-planar: V lies one byte after U
  std::int64_t luma_pitch;
  std::int64_t chroma_pitch[2];
  int chroma_step;  ///< bytes from one sample to the next: 1 planar, 2 semi-planar
  int command_count;
  Address<const DrawCommand> commands;
  Address<const std::uint32_t> payload;
  Address<const GlyphShape> shapes;
  Address<const std::uint8_t> atlas;
  int block_x, block_y;  ///< the first block
  int blocks_x, blocks_y;
};

/// Args with the target's planes filled in; the rest is the caller's.
DrawArgs draw_args(const Image& target);
Grid draw_grid(const DrawArgs& args);

extern const Kernel kDrawKernel;

}  // namespace lyn
