#pragma once

#include <optional>
#include <string>

#include "core/result.h"

namespace lyn::cuda {

/// Why CUDA cannot be used here; nullopt when it can.
std::optional<Error> why_not();

/// The lowest driver that runs this build's kernels ("580.65"); empty without kernels.
/// NVIDIA's table "CUDA Toolkit and minimum required driver version for minor version compatibility".
std::string lowest_driver();

/// 13000 as "13.0".
std::string version_text(int cuda_version);

}  // namespace lyn::cuda
