#pragma once

#include <mutex>
#include <unordered_map>

#include "device/address.h"
#include "device/cuda/context.h"

namespace lyn::cuda {

/// Device memory by virtual addresses: each allocation is a physical block of its own, mapped into a
/// reserved range, so that freeing gives it back to the GPU at once, whatever lies around it.
/// Blocks come in the GPU's granularity (2 MiB). Thread-safe; not for the hot path.
class VirtualMemory {
 public:
  static Result<std::unique_ptr<VirtualMemory>> create(ContextRef context);
  ~VirtualMemory();
  VirtualMemory(const VirtualMemory&) = delete;
  VirtualMemory& operator=(const VirtualMemory&) = delete;

  Result<ByteAddress> allocate(std::size_t bytes);
  void free(ByteAddress address);
  [[nodiscard]] std::size_t granularity() const { return granularity_; }

 private:
  struct Block {
    std::size_t bytes = 0;
    MemHandle handle = 0;
    bool mapped = false;
  };
  explicit VirtualMemory(ContextRef context);
  Status map(CUdeviceptr address, Block& block);
  void release(CUdeviceptr address, const Block& block);

  ContextRef context_;
  MemAllocationProp properties_;
  std::size_t granularity_ = 0;
  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, Block> blocks_;
};

}  // namespace lyn::cuda
