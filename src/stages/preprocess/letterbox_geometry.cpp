#include <algorithm>

#include "stages/preprocess/letterbox.h"

namespace lyn {

std::size_t InputSpec::slot_bytes() const {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 * element_bytes(type);
}

LetterboxGeometry letterbox_geometry(int upright_width, int upright_height, const InputSpec& spec) {
  // In double and cut off, as YOLOX's own code and its many ports do: 432 rows at 416/768 become 233, not
  // the 234 of exact arithmetic, and a model sees the difference.
  const double ratio = std::min(static_cast<double>(spec.width) / static_cast<double>(upright_width),
                                static_cast<double>(spec.height) / static_cast<double>(upright_height));
  LetterboxGeometry geometry;
  geometry.scale_x = geometry.scale_y = static_cast<float>(ratio);
  geometry.scaled_width = std::max(static_cast<int>(static_cast<double>(upright_width) * ratio), 1);
  geometry.scaled_height = std::max(static_cast<int>(static_cast<double>(upright_height) * ratio), 1);
  geometry.picture_width = upright_width;
  geometry.picture_height = upright_height;
  if (spec.pad == PadSide::none) {
    geometry.scaled_width = spec.width;
    geometry.scaled_height = spec.height;
    geometry.scale_x = static_cast<float>(spec.width) / static_cast<float>(upright_width);
    geometry.scale_y = static_cast<float>(spec.height) / static_cast<float>(upright_height);
  } else if (spec.pad == PadSide::both) {
    geometry.offset_x = (spec.width - geometry.scaled_width) / 2;
    geometry.offset_y = (spec.height - geometry.scaled_height) / 2;
  }
  return geometry;
}

namespace {

float along(float slot, int offset, float scale, int picture) {
  return std::clamp((slot - static_cast<float>(offset)) / scale, 0.0F, static_cast<float>(picture));
}

}  // namespace

Box LetterboxGeometry::to_picture(Box slot_box) const {
  return {along(slot_box.x1, offset_x, scale_x, picture_width), along(slot_box.y1, offset_y, scale_y, picture_height),
          along(slot_box.x2, offset_x, scale_x, picture_width), along(slot_box.y2, offset_y, scale_y, picture_height)};
}

Box LetterboxGeometry::beyond_picture(Box slot_box) const {
  const auto left = static_cast<float>(offset_x);
  const auto top = static_cast<float>(offset_y);
  return {(slot_box.x1 - left) / scale_x, (slot_box.y1 - top) / scale_y, (slot_box.x2 - left) / scale_x,
          (slot_box.y2 - top) / scale_y};
}

Keypoint LetterboxGeometry::to_picture(Keypoint slot_point) const {
  return {along(slot_point.x, offset_x, scale_x, picture_width), along(slot_point.y, offset_y, scale_y, picture_height),
          slot_point.score};
}

}  // namespace lyn
