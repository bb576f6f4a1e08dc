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
  LYN_CHECK(context->retain());
  LYN_CHECK(context->enter());
  return context;
}

/// After a fault the primary context answers with that fault, also to those who come later: it is reset
/// first. Where even that does not help, only a new process gets the GPU back.
Status Context::retain() {
  CUresult answer = api_.primary_retain(&handle_, device_);
  if (is_sticky(answer)) {
    api_.primary_reset(device_);
    answer = api_.primary_retain(&handle_, device_);
  }
  if (answer == CUDA_SUCCESS) return {};
  handle_ = nullptr;
  Error error = cuda_error(answer, "cuDevicePrimaryCtxRetain");
  if (is_sticky(answer)) error.remedy = "this process cannot use the GPU any more: restart it";
  return error;
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
