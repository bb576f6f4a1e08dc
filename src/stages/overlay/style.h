#pragma once

#include "kernels/draw_paint.h"

namespace lyn {

/// Sizes in pixels that follow the picture's height, so that a box looks alike at 432 and at 2160 lines.
struct OverlayStyle {
  int line = 2;  ///< of boxes; even, so that chroma follows the edge exactly
  int trail_line = 2;
  int trail_step = 6;   ///< a trail's points lie at least this far apart
  int text = 12;        ///< letter size
  int text_margin = 2;  ///< around a label's text
};

OverlayStyle style_for(int picture_height);

/// Where a label of width x height goes: above the box with a common left edge; where that is off the
/// picture inside the box at its top, or below it when the box is too low for that; then shifted to
/// lie inside the picture; last, cut to it.
draw::Rect place_label(const draw::Rect& box, int width, int height, int line, int picture_width, int picture_height);

}  // namespace lyn
