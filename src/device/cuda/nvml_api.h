#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace lyn::nvml {

/// NVML as we use it, declared by ourselves as nvml.h has it: its header is not where we build.
using Code = int;  // nvmlReturn_t
constexpr Code kSuccess = 0;
constexpr Code kNotSupported = 3;

/// Bytes over PCIe since the driver was loaded, from R550 on; a vGPU or an older GPU may not tell.
constexpr unsigned kFieldPcieTx = 197;  // NVML_FI_DEV_PCIE_COUNT_TX_BYTES
constexpr unsigned kFieldPcieRx = 198;  // NVML_FI_DEV_PCIE_COUNT_RX_BYTES

enum : int { kTypeUnsigned = 1, kTypeUnsignedLong = 2, kTypeUnsignedLongLong = 3 };  // nvmlValueType_t

struct FieldValue {  // nvmlFieldValue_t
  unsigned field = 0;
  unsigned scope = 0;
  long long timestamp = 0;
  long long latency_us = 0;
  int type = 0;
  Code code = 0;
  union {
    unsigned long long wide;
    unsigned narrow;
  } value{};
};
static_assert(sizeof(FieldValue) == 40);

using Device = struct nvmlDevice_st*;

#define LYN_NVML_FUNCTIONS(X)                                                                                    \
  X(init, "nvmlInit_v2", ())                                                                                     \
  X(shutdown, "nvmlShutdown", ())                                                                                \
  X(driver_version, "nvmlSystemGetDriverVersion", (char* text, unsigned size))                                   \
  X(by_bus, "nvmlDeviceGetHandleByPciBusId_v2", (const char* bus, Device* device))                               \
  X(field_values, "nvmlDeviceGetFieldValues", (Device device, int count, FieldValue* values))                    \
  X(throttle_reasons, "nvmlDeviceGetCurrentClocksThrottleReasons", (Device device, unsigned long long* reasons)) \
  X(decoder_utilization, "nvmlDeviceGetDecoderUtilization", (Device device, unsigned* percent, unsigned* period_us))

/// libnvidia-ml.so.1, loaded at run time and initialised, once for the process.
struct NvmlApi {
#define LYN_MEMBER(member, symbol, parameters) Code(*member) parameters = nullptr;
  LYN_NVML_FUNCTIONS(LYN_MEMBER)
#undef LYN_MEMBER
  const char* (*error_text)(Code code) = nullptr;  // nvmlErrorString
};

/// "nvmlInit_v2: Driver Not Loaded".
std::string failure_text(const NvmlApi& api, const char* call, Code code);

/// GPU `ordinal` (as CUDA counts them). Error (kind `device`): NVML does not know it.
Result<Device> device_at(const NvmlApi& api, int ordinal);

/// Error (kind `device`): the library is missing or does not start, with the remedy.
const Result<const NvmlApi*>& nvml_api();

}  // namespace lyn::nvml
