#pragma once

#include <cstdint>

namespace lyn {

/// What is done about a model's input that has another shape than the picture: it is padded right and below, or on both
/// sides (as YOLOv5 and later), or not at all: the picture is stretched over it (as RT-DETR).
enum class PadSide : std::uint8_t { bottom_right, both, none };

}  // namespace lyn
