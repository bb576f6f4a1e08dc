#pragma once

#include <memory>

#include "core/result.h"
#include "device/gauge.h"

/// The state of a GPU as NVML tells it, without a CUDA type in sight.
namespace lyn {

/// Of GPU `ordinal` (as CUDA counts them). Errors (kind `device`): NVML is not here, or does not know the GPU.
Result<std::unique_ptr<DeviceGauge>> open_nvml_gauge(int ordinal);

}  // namespace lyn
