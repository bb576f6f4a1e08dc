#pragma once

#include <atomic>
#include <memory>

#include "core/result.h"
#include "device/cuda/driver_api.h"

namespace lyn::cuda {

/// One GPU's primary context, retained: the one that ONNX Runtime and every library of NVIDIA's use.
/// Waits block in the kernel (blocking-sync scheduling) and never spin. Shared by all that must not
/// outlive it: streams, events, decoders. Thread-safe.
class Context {
 public:
  /// Errors: why_not(), or no such GPU.
  static Result<std::shared_ptr<Context>> open(int ordinal);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const DriverApi& api() const { return api_; }
  [[nodiscard]] CUcontext handle() const { return handle_; }
  [[nodiscard]] CUdevice device() const { return device_; }
  [[nodiscard]] int ordinal() const { return ordinal_; }

  /// Makes this GPU the calling thread's. Needed before every call below it; costs a few nanoseconds.
  Status enter() const;
  /// An error for anything but success; remembers that the context is lost when it says so.
  Status check(CUresult result, const char* call) const {
    if (result == CUDA_SUCCESS) [[likely]] {
      return {};
    }
    return failed(result, call);
  }
  /// True once any call answered that this context is dead; see is_sticky().
  [[nodiscard]] bool lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  Context(const DriverApi& api, CUdevice device, int ordinal) : api_(api), device_(device), ordinal_(ordinal) {}
  Status failed(CUresult result, const char* call) const;

  const DriverApi& api_;
  CUdevice device_;
  int ordinal_;
  CUcontext handle_ = nullptr;
  mutable std::atomic<bool> lost_{false};
};

using ContextRef = std::shared_ptr<Context>;

}  // namespace lyn::cuda
