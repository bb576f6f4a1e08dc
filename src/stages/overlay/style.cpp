#include "stages/overlay/style.h"

#include <algorithm>

namespace lyn {

OverlayStyle style_for(int picture_height) {
  OverlayStyle style;
  style.line = 2 * std::max(1, (picture_height + 360) / 720);
  style.trail_line = style.line + 1;
  style.trail_step = 3 * style.line;
  style.text = std::clamp(picture_height / 40, 11, 160);
  style.text_margin = std::max(2, style.text / 6);
  return style;
}

draw::Rect place_label(const draw::Rect& box, int width, int height, int line, int picture_width, int picture_height) {
  int y = box.y0 - height;
  if (y < 0) {
    const bool fits_inside = box.y0 + line + height <= box.y1;
    y = fits_inside ? box.y0 + line : box.y1;
  }
  const int x = std::max(0, std::min(box.x0, picture_width - width));
  y = std::max(0, std::min(y, picture_height - height));
  return {x, y, std::min(x + width, picture_width), std::min(y + height, picture_height)};
}

}  // namespace lyn
