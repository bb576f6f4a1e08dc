#pragma once

#include <string>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Writes one picture of a cpu device as a JPEG, in JPEG's own colours (BT.601, full range, 4:4:4) whatever
/// the picture's are. 8-bit planar YUV or grey. Its compressed bytes count as Reason::video. Errors:
/// `device` for any other picture, `output` names the file and the cause.
Status write_jpeg(Device& device, const Image& image, const std::string& path);

}  // namespace lyn
