// NVML: what the settings say of the GPUs. It is no part of CUDA: it needs no context, and its calls are not counted.
#include <cstdio>
#include <cstring>

#include "cusim/driver/machine.h"
#include "device/cuda/nvml_api.h"

using cusim::Machine;
namespace nvml = lyn::nvml;

namespace {

constexpr nvml::Code kNotFound = 6;
constexpr nvml::Code kGpuIsLost = 15;

/// A handle is the GPU's number and one, since none may be null.
nvml::Device handle_of(int gpu) {
  return reinterpret_cast<nvml::Device>(static_cast<std::uintptr_t>(gpu) + 1);
}
int gpu_of(nvml::Device device) {
  return static_cast<int>(reinterpret_cast<std::uintptr_t>(device) - 1);
}

/// With the lock held: what every question about a GPU answers first.
nvml::Code state_of(Machine& machine, nvml::Device device) {
  const auto gpu = static_cast<std::size_t>(gpu_of(device));
  if (gpu >= machine.gpus.size()) return kNotFound;
  return machine.gpus[gpu].lost == CUDA_SUCCESS ? nvml::kSuccess : kGpuIsLost;
}

}  // namespace

extern "C" {

nvml::Code nvmlInit_v2() {
  return nvml::kSuccess;
}
nvml::Code nvmlShutdown() {
  return nvml::kSuccess;
}

const char* nvmlErrorString(nvml::Code code) {
  return code == nvml::kNotSupported ? "Not Supported" : code == kGpuIsLost ? "GPU is lost" : "Not Found";
}

nvml::Code nvmlSystemGetDriverVersion(char* text, unsigned size) {
  std::snprintf(text, size, "0 (cusim)");
  return nvml::kSuccess;
}

nvml::Code nvmlDeviceGetHandleByPciBusId_v2(const char* bus, nvml::Device* device) {
  unsigned gpu = 0;
  Machine& machine = Machine::instance();
  const std::lock_guard lock(machine.mutex);
  if (std::sscanf(bus, "0000:%x:00.0", &gpu) != 1 || gpu >= machine.gpus.size()) return kNotFound;
  *device = handle_of(static_cast<int>(gpu));
  return nvml::kSuccess;
}

nvml::Code nvmlDeviceGetFieldValues(nvml::Device, int count, nvml::FieldValue* values) {
  for (int i = 0; i < count; ++i) values[i].code = nvml::kNotSupported;
  return nvml::kSuccess;
}

nvml::Code nvmlDeviceGetCurrentClocksThrottleReasons(nvml::Device device, unsigned long long* reasons) {
  Machine& machine = Machine::instance();
  const std::lock_guard lock(machine.mutex);
  *reasons = machine.settings.throttle;
  return state_of(machine, device);
}

nvml::Code nvmlDeviceGetDecoderUtilization(nvml::Device device, unsigned* percent, unsigned* period_us) {
  Machine& machine = Machine::instance();
  const std::lock_guard lock(machine.mutex);
  *percent = machine.settings.decoders_busy;
  *period_us = 1'000'000;
  return state_of(machine, device);
}
}
