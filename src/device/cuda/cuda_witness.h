#pragma once

#include <memory>

#include "core/result.h"
#include "device/violation.h"
#include "device/witness.h"

/// The witnesses of a GPU, without a CUDA type in sight: CUPTI, which sees every copy, and beside it the
/// byte counters of the GPU's PCIe link (NVML).
namespace lyn {

/// Watches GPU `ordinal` (as CUDA counts them). Open it before the device: what came before is not seen.
/// `violations` must outlive it. Errors (kind `device`): CUPTI is not here, or cannot trace here.
Result<std::unique_ptr<Witness>> open_cuda_witness(int ordinal, ViolationLog& violations);

}  // namespace lyn
