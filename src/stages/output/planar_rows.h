#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "device/image.h"

namespace lyn {

/// Bytes of a picture as `ffmpeg -f rawvideo` writes it: planar, rows without gaps.
std::size_t rawvideo_bytes(const Image& image);

/// Turns planes that were copied one after the other, rows without gaps, from the image's own form into
/// planar with values in the low bits. `spare` is room for the chroma of a semi-planar picture.
void make_planar(const Image& image, std::span<std::byte> planes, std::vector<std::byte>& spare);

}  // namespace lyn
