#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/draw_ink.h"

/// Masks of kDrawKernel: a grid of cells is read between their centres, bilinear, and covers a pixel where it is
/// at least half full. So outlines run smoothly through a grid much coarser than the picture.
namespace lyn::draw {

struct MaskView {
  MaskPayload at;
  const std::uint32_t* bits;
};

LYN_HD MaskView mask_of(const View& view, const DrawCommand& command) {
  MaskView mask;
  memcpy(&mask.at, view.payload + command.first, sizeof(mask.at));
  mask.bits = view.payload + command.first + kMaskHeaderWords;
  return mask;
}

/// 1 or 0; beyond the grid's edge as at it.
LYN_HD int cell_of(const MaskView& mask, int column, int row) {
  const int cell = clamp_of(row, 0, mask.at.rows - 1) * mask.at.columns + clamp_of(column, 0, mask.at.columns - 1);
  return static_cast<int>(mask.bits[cell >> 5] >> (cell & 31) & 1U);
}

/// Where a pixel's centre lies between cells' centres, in 256ths of a cell.
LYN_HD int between_cells(int pixel, std::int32_t origin, std::int32_t cells_per_pixel) {
  const std::int64_t place = 256 * static_cast<std::int64_t>(pixel) + 128 - origin;
  return static_cast<int>((place * cells_per_pixel) >> 20) - 128;
}

LYN_HD bool covered(const MaskView& mask, int x, int y) {
  const int across = between_cells(x, mask.at.x0, mask.at.columns_per_x);
  const int down = between_cells(y, mask.at.y0, mask.at.rows_per_y);
  const int column = across >> 8;
  const int row = down >> 8;
  const int fx = across & 255;
  const int fy = down & 255;
  const int above = cell_of(mask, column, row) * (256 - fx) + cell_of(mask, column + 1, row) * fx;
  const int below = cell_of(mask, column, row + 1) * (256 - fx) + cell_of(mask, column + 1, row + 1) * fx;
  return above * (256 - fy) + below * fy >= 32768;
}

LYN_HD void paint_mask(const View& view, const DrawCommand& command, const MaskView& mask, int bx, int by) {
  const Rect rect = rect_of(command);
  const int full = weight_of(command.alpha);
  int weight[4];
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int x = 2 * bx + (pixel & 1);
    const int y = 2 * by + (pixel >> 1);
    weight[pixel] = rect.has(x, y) && covered(mask, x, y) ? full : 0;
  }
  paint(view, bx, by, weight, ink_of(command));
}

}  // namespace lyn::draw
