#include "device/pool_impl.h"

#include <algorithm>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "device/device.h"

namespace lyn {

namespace {

/// What the GPU maps at once is 2 MiB; on `cpu` any multiple of the page does.
constexpr std::size_t kCudaGranule = std::size_t{2} << 20;
constexpr std::size_t kCpuGranule = std::size_t{64} << 10;
constexpr std::size_t kPage = 4096;

std::size_t round_up(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

/// As many blocks as fill whole granules with at most an eighth of waste.
std::size_t blocks_of_chunk(std::size_t block, std::size_t granule) {
  if (block >= granule * kSizeSteps) return 1;
  std::size_t blocks = 1;
  while (round_up(blocks * block, granule) - blocks * block > blocks * block / 8) ++blocks;
  return round_up(blocks * block, granule) / block;
}

std::string in_units(std::uint64_t bytes) {
  const bool large = bytes >= std::uint64_t{1} << 20;
  const unsigned shift = large ? 20 : 10;
  const auto tenths = (bytes * 10 + (1ULL << (shift - 1))) >> shift;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (large ? " MiB" : " KiB");
}

}  // namespace

Result<BlockId> Pool::Impl::take(std::size_t bytes, unsigned size_class) {
  if (!closed_.load(std::memory_order_acquire)) {
    if (const BlockId id = free_[size_class].pop(blocks_); id != kNoBlock) return lend(id);
  }
  return take_slowly(bytes, size_class);
}

Result<BlockId> Pool::Impl::take_slowly(std::size_t bytes, unsigned size_class) {
  std::lock_guard lock(mutex_);
  if (device_ == nullptr) {
    return Error{ErrorKind::device, "a lease of " + in_units(bytes) + " was asked of a device that is closed",
                 "end what uses the device before the device"};
  }
  for (;;) {
    // Another thread may take what this one brought; then bring more.
    if (const BlockId id = free_[size_class].pop(blocks_); id != kNoBlock) return lend(id);
    LYN_CHECK(grow(bytes, size_class));
  }
}

BlockId Pool::Impl::lend(BlockId id) {
  const auto size = bytes_of_class(blocks_[id].size_class);
  const auto used = used_.fetch_add(size, std::memory_order_relaxed) + size;
  auto peak = peak_used_.load(std::memory_order_relaxed);
  while (used > peak && !peak_used_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
  }
  leases_.fetch_add(1, std::memory_order_relaxed);
  return id;
}

void Pool::Impl::give_back(BlockId id) {
  const unsigned size_class = blocks_[id].size_class;
  used_.fetch_sub(bytes_of_class(size_class), std::memory_order_relaxed);
  free_[size_class].push(blocks_, id);
}

Status Pool::Impl::grow(std::size_t bytes, unsigned size_class) {
  const std::size_t granule = device_->is_cuda() ? kCudaGranule : kCpuGranule;
  std::list<Chunk> made(1);  // first, since what the device gave must not be lost for want of a list's node
  auto chunk = allocate(size_class, blocks_of_chunk(bytes_of_class(size_class), granule));
  if (!chunk && release_unused() > 0) {
    chunk = allocate(size_class, blocks_of_chunk(bytes_of_class(size_class), granule));
  }
  if (!chunk) chunk = allocate(size_class, 1);
  if (!chunk) return refuse(bytes, chunk.error().what);
  made.front() = *chunk;
  return cut(std::move(made));
}

Result<Chunk> Pool::Impl::allocate(unsigned size_class, std::size_t blocks) {
  Chunk chunk;
  chunk.bytes = round_up(blocks * bytes_of_class(size_class), kPage);
  chunk.size_class = size_class;
  chunk.blocks = blocks;
  if (cap_bytes_ != 0 && reserved_ + chunk.bytes > cap_bytes_) {
    return Error{ErrorKind::device, "the pool may take no more than " + in_units(cap_bytes_), {}};
  }
  LYN_TRY(chunk.address, device_->allocate(MemoryKind::device, chunk.bytes));
  reserved_ += chunk.bytes;
  ++device_allocations_;
  if (warm_) ++allocations_after_warmup_;
  return chunk;
}

Status Pool::Impl::cut(std::list<Chunk> made) {
  const Chunk chunk = made.front();
  if (!code_or_out_of_memory(false, [&] { return blocks_.grow(chunk.blocks); })) {
    device_->free(MemoryKind::device, chunk.address, chunk.bytes);
    reserved_ -= chunk.bytes;
    return refuse(bytes_of_class(chunk.size_class), "too many leases at once");
  }
  chunks_.splice(chunks_.end(), made);
  const std::size_t size = bytes_of_class(chunk.size_class);
  for (std::size_t i = 0; i < chunk.blocks; ++i) {
    BlockId id = spare_.pop(blocks_);
    if (id == kNoBlock) id = blocks_.add();
    blocks_[id].address = chunk.address.offset_bytes(static_cast<std::ptrdiff_t>(i * size));
    blocks_[id].size_class = chunk.size_class;
    blocks_[id].chunk = &chunks_.back();
    free_[chunk.size_class].push(blocks_, id);
  }
  return {};
}

std::size_t Pool::Impl::trim() {
  std::lock_guard lock(mutex_);
  return device_ == nullptr ? 0 : release_unused();
}

/// Giving memory back must not need any: devices close when there is none left.
FreeList Pool::Impl::take_out_free_blocks() {
  FreeList all;
  for (auto& chunk : chunks_) chunk.found_free = 0;
  for (const auto& chunk : chunks_) {
    for (BlockId id = free_[chunk.size_class].pop(blocks_); id != kNoBlock; id = free_[chunk.size_class].pop(blocks_)) {
      ++blocks_[id].chunk->found_free;
      all.push(blocks_, id);
    }
  }
  return all;
}

std::size_t Pool::Impl::release_unused() {
  FreeList all = take_out_free_blocks();
  for (BlockId id = all.pop(blocks_); id != kNoBlock; id = all.pop(blocks_)) {
    const Chunk& chunk = *blocks_[id].chunk;
    if (chunk.found_free == chunk.blocks) {
      spare_.push(blocks_, id);
    } else {
      free_[chunk.size_class].push(blocks_, id);
    }
  }
  std::size_t released = 0;
  std::erase_if(chunks_, [&](const Chunk& chunk) {
    if (chunk.found_free != chunk.blocks) return false;
    device_->free(MemoryKind::device, chunk.address, chunk.bytes);
    released += chunk.bytes;
    return true;
  });
  reserved_ -= released;
  return released;
}

void Pool::Impl::close() {
  std::lock_guard lock(mutex_);
  if (device_ == nullptr) return;
  closed_.store(true, std::memory_order_release);
  release_unused();
  if (used_ > 0) {
    log::warning("device " + device_->name() + " ends while " + in_units(used_) +
                 " of its memory are leased: they are not given back; end what holds images before the device");
  }
  device_ = nullptr;
}

PoolStats Pool::Impl::stats() const {
  PoolStats stats;
  stats.reserved_bytes = reserved_;
  stats.used_bytes = used_;
  stats.peak_used_bytes = peak_used_;
  stats.leases = leases_;
  stats.device_allocations = device_allocations_;
  stats.allocations_after_warmup = allocations_after_warmup_;
  return stats;
}

Error Pool::Impl::refuse(std::size_t bytes, const std::string& cause) const {
  const auto memory = device_->memory();
  return Error{ErrorKind::device,
               "device " + device_->name() + " has no room for " + in_units(bytes) + ": " + cause +
                   " (the pool holds " + in_units(reserved_) + ", " + in_units(used_) +
                   " of them in use; the device has " + in_units(memory.free_bytes) + " free of " +
                   in_units(memory.total_bytes) + ")",
               "lower the number of cameras, detector.batch.size or decode.threads"};
}

}  // namespace lyn
