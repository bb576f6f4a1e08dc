#pragma once

#include "core/detection.h"
#include "device/address.h"

namespace lyn {

/// Zero for a box that is empty or turned inside out.
LYN_HD float area_of(const Box& box) {
  const float w = box.x2 - box.x1;
  const float h = box.y2 - box.y1;
  return w > 0.0F && h > 0.0F ? w * h : 0.0F;
}

LYN_HD float intersection_of(const Box& a, const Box& b) {
  const float x1 = a.x1 > b.x1 ? a.x1 : b.x1;
  const float y1 = a.y1 > b.y1 ? a.y1 : b.y1;
  const float x2 = a.x2 < b.x2 ? a.x2 : b.x2;
  const float y2 = a.y2 < b.y2 ? a.y2 : b.y2;
  return area_of({x1, y1, x2, y2});
}

/// Intersection over union, 0..1; 0 where both are empty.
LYN_HD float iou_of(const Box& a, const Box& b) {
  const float both = intersection_of(a, b);
  return both > 0.0F ? both / (area_of(a) + area_of(b) - both) : 0.0F;
}

/// Whether two boxes overlap by more than `threshold` (intersection over union). Exactly the same on every device.
LYN_HD bool overlaps_more(const Box& a, const Box& b, float threshold) {
  return iou_of(a, b) > threshold;
}

/// The box around a centre.
LYN_HD Box box_around(float cx, float cy, float width, float height) {
  const float half_w = width * 0.5F;
  const float half_h = height * 0.5F;
  return {cx - half_w, cy - half_h, cx + half_w, cy + half_h};
}

/// False for NaN, infinities and what no picture can hold.
LYN_HD bool plausible(const Box& box) {
  constexpr float kFar = 1.0e6F;
  return box.x1 > -kFar && box.y1 > -kFar && box.x2 < kFar && box.y2 < kFar;
}

}  // namespace lyn
