#include <algorithm>

#include "stages/preprocess/letterbox.h"

namespace lyn {

std::size_t InputSpec::slot_bytes() const {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 * element_bytes(type);
}

LetterboxGeometry letterbox_geometry(int upright_width, int upright_height, const InputSpec& spec) {
  const std::int64_t w = upright_width;
  const std::int64_t h = upright_height;
  const bool fills_width = spec.width * h <= spec.height * w;
  const std::int64_t part = fills_width ? spec.width : spec.height;
  const std::int64_t whole = fills_width ? w : h;
  LetterboxGeometry geometry;
  geometry.scale = static_cast<float>(static_cast<double>(part) / static_cast<double>(whole));
  geometry.scaled_width = static_cast<int>(std::max<std::int64_t>(w * part / whole, 1));
  geometry.scaled_height = static_cast<int>(std::max<std::int64_t>(h * part / whole, 1));
  geometry.picture_width = upright_width;
  geometry.picture_height = upright_height;
  if (spec.pad == PadSide::both) {
    geometry.offset_x = (spec.width - geometry.scaled_width) / 2;
    geometry.offset_y = (spec.height - geometry.scaled_height) / 2;
  }
  return geometry;
}

Box LetterboxGeometry::to_picture(Box slot_box) const {
  const auto x = [this](float slot_x) {
    return std::clamp((slot_x - static_cast<float>(offset_x)) / scale, 0.0F, static_cast<float>(picture_width));
  };
  const auto y = [this](float slot_y) {
    return std::clamp((slot_y - static_cast<float>(offset_y)) / scale, 0.0F, static_cast<float>(picture_height));
  };
  return {x(slot_box.x1), y(slot_box.y1), x(slot_box.x2), y(slot_box.y2)};
}

}  // namespace lyn
