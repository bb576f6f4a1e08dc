#pragma once

#include <span>

#include "config/config.h"
#include "core/detection.h"

namespace lyn {

/// Whether a place lies in a polygon, or on its outline. Where sides cross, by the even-odd rule.
bool lies_in(const Polygon& polygon, PicturePoint place);

/// Whether a box, in pixels of a picture of this size, stands in one of the regions: the middle of its lower side
/// does. True where there are no regions.
bool stands_in(std::span<const Polygon> regions, const Box& box, int picture_width, int picture_height);

}  // namespace lyn
