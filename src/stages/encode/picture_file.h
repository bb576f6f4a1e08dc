#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Writes one picture of a device as a JPEG: 8-bit 4:2:0 planar of even size. Its compressed bytes count as
/// Reason::video. Errors: `device` for any other picture, `output` names the file and the cause.
Status write_jpeg(Device& device, const Image& image, const std::string& path);

/// Puts a whole file in place: nobody sees the half of it. Error kind `output`.
Status put_file(std::span<const std::byte> bytes, const std::string& path);

}  // namespace lyn
