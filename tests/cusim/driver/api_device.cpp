// The driver's functions that ask about GPUs and contexts.
#include <cstdio>
#include <cstring>

#include "cusim/cusim.h"
#include "cusim/driver/machine.h"
#include "cusim/driver/streams.h"

using cusim::Call;
using cusim::Does;
using cusim::Kind;
using cusim::Machine;
using cusim::result;
namespace code = lyn::cuda::result;

namespace {

CUresult ask(const char* function, CUdevice device) {
  const Call call(function, Does::plain, Call::Needs::nothing);
  if (!call) return call.answer();
  return device >= 0 && device < Machine::instance().settings.devices ? CUDA_SUCCESS : result(code::kInvalidDevice);
}

struct ErrorText {
  int code;
  const char* name;
  const char* words;
};
constexpr ErrorText kErrors[] = {
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {205, "CUDA_ERROR_MAP_FAILED", "mapping of buffer object failed"},
    {214, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {600, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

CUresult text_of(CUresult error, const char* ErrorText::*text, const char** to) {
  for (const ErrorText& known : kErrors) {
    if (known.code != static_cast<int>(error)) continue;
    *to = known.*text;
    return CUDA_SUCCESS;
  }
  *to = nullptr;
  return result(code::kInvalidValue);
}

}  // namespace

extern "C" {

CUresult cuInit(unsigned) {
  return Call("cuInit", Does::plain, Call::Needs::nothing).answer();
}

CUresult cuDriverGetVersion(int* version) {
  *version = 13000;
  return CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult error, const char** text) {
  return text_of(error, &ErrorText::name, text);
}

CUresult cuGetErrorString(CUresult error, const char** text) {
  return text_of(error, &ErrorText::words, text);
}

CUresult cuDeviceGetCount(int* count) {
  *count = Machine::instance().settings.devices;
  return Call("cuDeviceGetCount", Does::plain, Call::Needs::nothing).answer();
}

CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  *device = ordinal;
  return ask("cuDeviceGet", ordinal);
}

CUresult cuDeviceGetName(char* name, int size, CUdevice device) {
  std::snprintf(name, static_cast<std::size_t>(size), "cusim, no GPU");
  return ask("cuDeviceGetName", device);
}

CUresult cuDeviceGetPCIBusId(char* text, int size, CUdevice device) {
  std::snprintf(text, static_cast<std::size_t>(size), "0000:%02x:00.0", static_cast<unsigned>(device));
  return ask("cuDeviceGetPCIBusId", device);
}

CUresult cuDeviceTotalMem_v2(std::size_t* bytes, CUdevice device) {
  *bytes = Machine::instance().settings.memory_mb << 20U;
  return ask("cuDeviceTotalMem", device);
}

CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device) {
  *value = attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? 9 : 0;
  return ask("cuDeviceGetAttribute", device);
}

CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned) {
  return ask("cuDevicePrimaryCtxSetFlags", device);
}

CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  const Call call("cuDevicePrimaryCtxRetain", Does::allocates, Call::Needs::nothing);
  if (!call) return call.answer();
  Machine& machine = Machine::instance();
  if (device < 0 || device >= machine.settings.devices) return result(code::kInvalidDevice);
  CUctx_st& gpu = machine.gpus.at(static_cast<std::size_t>(device));
  if (gpu.retained++ == 0) machine.book.born(Kind::context, reinterpret_cast<std::uintptr_t>(&gpu), device);
  *context = &gpu;
  return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  const Call call("cuDevicePrimaryCtxRelease", Does::gives_back, Call::Needs::nothing);
  Machine& machine = Machine::instance();
  CUctx_st& gpu = machine.gpus.at(static_cast<std::size_t>(device));
  if (gpu.retained > 0 && --gpu.retained > 0) return call.answer();
  machine.book.died(Kind::context, reinterpret_cast<std::uintptr_t>(&gpu), device, "cuDevicePrimaryCtxRelease");
  cusim::drop_work(device);
  return call.answer();
}

/// Succeeds for a lost GPU too, as driver 580 does (bench/results/h100/several/lost_gpu.txt): the next call says it.
CUresult cuCtxSetCurrent(CUcontext context) {
  Machine& machine = Machine::instance();
  const std::lock_guard lock(machine.mutex);
  (void)machine.enter("cuCtxSetCurrent", context == nullptr ? -1 : context->gpu, Does::never_fails);
  cusim::current() = context;
  return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext* context) {
  const Call call("cuCtxGetCurrent", Does::plain, Call::Needs::nothing);
  *context = cusim::current();
  return call.answer();
}

CUresult cuCtxSynchronize() {
  const Call call("cuCtxSynchronize");
  if (!call) return call.answer();
  cusim::work_off(call.gpu().gpu);
  return call.gpu().lost;
}

void cusim_begin(const char* settings) {
  Machine::instance().begin(settings);
}

const char* cusim_report() {
  static thread_local std::string text;
  const std::lock_guard lock(Machine::instance().mutex);
  text = Machine::instance().report();
  return text.c_str();
}

const char* cusim_calls() {
  static thread_local std::string text;
  const std::lock_guard lock(Machine::instance().mutex);
  text = Machine::instance().calls();
  return text.c_str();
}

}  // extern "C"
