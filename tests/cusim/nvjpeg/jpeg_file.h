#pragma once

#include <cstdint>
#include <vector>

#include "device/cuda/nvjpeg_api.h"

namespace cusim {

/// A picture of device memory as a JPEG file, 4:2:0, made by libavcodec. Empty where that fails.
std::vector<std::uint8_t> jpeg_file(const lyn::nvjpeg::Planes& planes, int width, int height, int quality);

}  // namespace cusim
