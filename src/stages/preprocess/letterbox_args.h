#pragma once

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "kernels/letterbox.h"
#include "stages/preprocess/letterbox.h"
#include "stages/preprocess/letterbox_tables.h"

namespace lyn {

/// Why an input specification or a picture cannot be served, kind `device`.
Status check_input(const InputSpec& spec);
Status check_picture(const Image& image);

/// The kernel's arguments for a checked picture, all but the slot's address. `cache` must outlive the launch.
Result<LetterboxArgs> letterbox_args(Device& device, Stream& stream, const Image& image, const InputSpec& spec,
                                     LetterboxTableCache& cache);

}  // namespace lyn
