#pragma once

#include <memory>

#include "device/cuda/context.h"
#include "device/cuda/cuda_device.h"
#include "device/cuda/kernel_table.h"
#include "device/cuda/memory.h"

namespace lyn::cuda {

/// One GPU: virtual memory for the pool, page-locked memory for results, everything in stream order.
class CudaDevice final : public Device {
 public:
  CudaDevice(ContextRef context, std::unique_ptr<VirtualMemory> memory, std::unique_ptr<KernelTable> kernels,
             std::size_t pool_cap_bytes);
  ~CudaDevice() override;

  [[nodiscard]] const ContextRef& context() const { return context_; }

 private:
  Result<ByteAddress> do_allocate(MemoryKind kind, std::size_t bytes) override;
  void do_free(MemoryKind kind, ByteAddress address, std::size_t bytes) override;
  Status do_copy(Stream& stream, Direction direction, ByteAddress to, ByteAddress from, CopyShape shape) override;
  Status do_launch(Stream& stream, const Kernel& kernel, const void* args, std::size_t bytes, Grid grid) override;
  Result<std::unique_ptr<Stream>> do_open_stream(StreamWork work) override;
  MemoryInfo do_memory() const override;

  ContextRef context_;
  std::unique_ptr<VirtualMemory> virtual_memory_;
  std::unique_ptr<KernelTable> kernels_;
};

/// The context behind a device; an error (kind `device`) when it is not a cuda device.
Result<ContextRef> context_of(const Device& device);
/// The CUstream behind a stream; null for another backend's.
CUstream stream_handle(Stream& stream);

}  // namespace lyn::cuda
