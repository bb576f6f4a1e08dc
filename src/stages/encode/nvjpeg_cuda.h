#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "device/device.h"
#include "stages/encode/picture_encoder.h"

namespace lyn {

/// Error kind `device`, which names the choice, where a cuda device has no encoder of this codec.
Status check_cuda_encoder(const Device& device, const std::string& codec);

/// nvJPEG: baseline JPEG files, 4:2:0, of 8-bit planar pictures of even size in JPEG's colours. Pictures are read where
/// they lie, the one copy out is the file. send() waits, without spinning, until it is made. All memory comes from the
/// pool and is taken here: a picture of the shape is encoded, for nobody. Error kind `device`.
Result<std::unique_ptr<PictureEncoder>> open_nvjpeg_encoder(Device& device, const PictureShape& shape, int quality);

}  // namespace lyn
