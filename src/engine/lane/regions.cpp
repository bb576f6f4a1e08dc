#include "engine/lane/regions.h"

#include <algorithm>
#include <cmath>

namespace lyn {
namespace {

/// Boxes end at the picture's edge, where regions do too: rounding must not decide.
constexpr double kNear = 1e-6;

bool lies_on(const PicturePoint& a, const PicturePoint& b, const PicturePoint& place) {
  const double across = (b.x - a.x) * (place.y - a.y) - (b.y - a.y) * (place.x - a.x);
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const auto within = [](double value, double one, double other) {
    return value >= std::min(one, other) - kNear && value <= std::max(one, other) + kNear;
  };
  return std::abs(across) <= kNear * length && within(place.x, a.x, b.x) && within(place.y, a.y, b.y);
}

/// Whether a ray from the place to the right crosses the side.
bool crosses(const PicturePoint& a, const PicturePoint& b, const PicturePoint& place) {
  if ((a.y > place.y) == (b.y > place.y)) return false;
  return place.x < a.x + (place.y - a.y) * (b.x - a.x) / (b.y - a.y);
}

}  // namespace

bool lies_in(const Polygon& polygon, PicturePoint place) {
  bool inside = false;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const PicturePoint& a = polygon[i];
    const PicturePoint& b = polygon[(i + 1) % polygon.size()];
    if (lies_on(a, b, place)) return true;
    if (crosses(a, b, place)) inside = !inside;
  }
  return inside;
}

bool stands_in(std::span<const Polygon> regions, const Box& box, int picture_width, int picture_height) {
  if (regions.empty()) return true;
  const double middle = (static_cast<double>(box.x1) + static_cast<double>(box.x2)) / 2;
  const PicturePoint foot{middle / picture_width, static_cast<double>(box.y2) / picture_height};
  return std::ranges::any_of(regions, [&](const Polygon& region) { return lies_in(region, foot); });
}

}  // namespace lyn
