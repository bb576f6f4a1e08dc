#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "device/device.h"

/// The GPU behind Device, without a CUDA type in sight. The program starts without a driver: libraries
/// are loaded when the first of these functions is called.
namespace lyn {

/// Why CUDA cannot be used here, in a sentence with its remedy: no driver library, a driver older than
/// the embedded kernels, no GPU, no kernels in this build. Nullopt when it can.
std::optional<Error> why_not_cuda();

/// Opens GPU `ordinal` (as CUDA counts them). `pool_cap_bytes` bounds the pool; 0: no bound of our own.
/// Errors (kind `device`): why_not_cuda(), no such GPU, or what the driver said.
Result<std::unique_ptr<Device>> open_cuda_device(int ordinal, std::size_t pool_cap_bytes = 0);

/// True once the GPU's context is dead (a fault in a kernel, ECC, a GPU that fell off the bus): every
/// further call fails, also on a device opened anew in this process. The way on is a new process.
bool is_lost(const Device& device);

/// Which GPU a device is, as CUDA counts them; -1 when it is none.
int cuda_ordinal(const Device& device);

/// How many GPUs the driver shows; 0 where it cannot be used.
int count_cuda_devices();

/// What code compiled on the spot for a device depends on: "NVIDIA H200, compute 9.0, driver 13.0". Empty when
/// it is none.
std::string gpu_identity(const Device& device);

/// The CUstream, for libraries that work in our order (ONNX Runtime's user stream). Null on `cpu`.
void* native_stream(Stream& stream);

/// Makes a CUstream that is not ours (of the primary context, or 1 or 2 for the default streams) wait on
/// the device for `event`; null: nothing to wait for.
Status make_native_stream_wait(std::uintptr_t stream, const EventRef& event);

}  // namespace lyn
