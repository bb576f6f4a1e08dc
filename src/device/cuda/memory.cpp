#include "device/cuda/memory.h"

namespace lyn::cuda {

VirtualMemory::VirtualMemory(ContextRef context) : context_(std::move(context)) {
  properties_.location.id = context_->device();
}

Result<std::unique_ptr<VirtualMemory>> VirtualMemory::create(ContextRef context) {
  std::unique_ptr<VirtualMemory> memory(new VirtualMemory(context));
  constexpr int kMinimum = 0;
  LYN_CHECK(context->check(context->api().memory_granularity(&memory->granularity_, &memory->properties_, kMinimum),
                           "cuMemGetAllocationGranularity"));
  return memory;
}

VirtualMemory::~VirtualMemory() {
  for (const auto& [address, block] : blocks_) release(address, block);
}

Result<ByteAddress> VirtualMemory::allocate(std::size_t bytes) {
  LYN_CHECK(context_->enter());
  Block block;
  block.bytes = (bytes + granularity_ - 1) / granularity_ * granularity_;
  CUdeviceptr address = 0;
  LYN_CHECK(context_->check(context_->api().address_reserve(&address, block.bytes, 0, 0, 0), "cuMemAddressReserve"));
  if (auto mapped = map(address, block); !mapped) {
    release(address, block);
    Error error = mapped.error();
    error.what +=
        " while taking " + std::to_string(block.bytes >> 20U) + " MiB on cuda:" + std::to_string(context_->ordinal());
    return error;
  }
  std::lock_guard lock(mutex_);
  blocks_.emplace(address, block);
  return ByteAddress{address};
}

Status VirtualMemory::map(CUdeviceptr address, Block& block) {
  const DriverApi& api = context_->api();
  LYN_CHECK(context_->check(api.memory_create(&block.handle, block.bytes, &properties_, 0), "cuMemCreate"));
  LYN_CHECK(context_->check(api.memory_map(address, block.bytes, 0, block.handle, 0), "cuMemMap"));
  block.mapped = true;
  const MemAccessDesc access{properties_.location, kMemAccessReadWrite};
  return context_->check(api.memory_set_access(address, block.bytes, &access, 1), "cuMemSetAccess");
}

void VirtualMemory::free(ByteAddress address) {
  Block block;
  {
    std::lock_guard lock(mutex_);
    const auto found = blocks_.find(address.raw);
    if (found == blocks_.end()) return;
    block = found->second;
    blocks_.erase(found);
  }
  release(address.raw, block);
}

/// Unmapping waits for work that uses the range. On a lost context the calls fail and the memory is
/// already gone.
void VirtualMemory::release(CUdeviceptr address, const Block& block) {
  if (!context_->enter()) return;
  const DriverApi& api = context_->api();
  if (block.mapped) (void)context_->check(api.memory_unmap(address, block.bytes), "cuMemUnmap");
  if (block.handle != 0) (void)context_->check(api.memory_release(block.handle), "cuMemRelease");
  (void)context_->check(api.address_free(address, block.bytes), "cuMemAddressFree");
}

}  // namespace lyn::cuda
