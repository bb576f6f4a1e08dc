#include "device/cuda/context.h"

namespace lyn::cuda {

Result<ContextRef> Context::open(int ordinal) {
  const auto& driver = driver_api();
  if (!driver) return driver.error();
  const DriverApi& api = **driver;
  int count = 0;
  if (const CUresult r = api.device_count(&count); r != CUDA_SUCCESS) return cuda_error(r, "cuDeviceGetCount");
  if (ordinal < 0 || ordinal >= count) {
    return Error{ErrorKind::device,
                 "cuda:" + std::to_string(ordinal) + " is not here: this machine shows " + std::to_string(count) +
                     (count == 1 ? " GPU" : " GPUs"),
                 count > 0 ? "use cuda:0 to cuda:" + std::to_string(count - 1)
                           : "check nvidia-smi and CUDA_VISIBLE_DEVICES, or use --device cpu"};
  }
  CUdevice device = 0;
  if (const CUresult r = api.device_get(&device, ordinal); r != CUDA_SUCCESS) return cuda_error(r, "cuDeviceGet");
  std::shared_ptr<Context> context(new Context(api, device, ordinal));
  LYN_CHECK(context->check(api.primary_set_flags(device, kCtxSchedBlockingSync), "cuDevicePrimaryCtxSetFlags"));
  LYN_CHECK(context->check(api.primary_retain(&context->handle_, device), "cuDevicePrimaryCtxRetain"));
  LYN_CHECK(context->enter());
  return context;
}

Context::~Context() {
  if (handle_ != nullptr) api_.primary_release(device_);
}

Status Context::enter() const {
  return check(api_.set_current(handle_), "cuCtxSetCurrent");
}

Status Context::failed(CUresult result, const char* call) const {
  if (is_sticky(result)) lost_.store(true, std::memory_order_relaxed);
  return cuda_error(result, call);
}

}  // namespace lyn::cuda
