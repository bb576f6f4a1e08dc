#pragma once

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <string>

#include "device/free_blocks.h"
#include "device/pool.h"
#include "device/size_class.h"

namespace lyn {

/// What the device gave at once, cut into blocks of one size class.
struct Chunk {
  ByteAddress address;
  std::size_t bytes = 0;
  unsigned size_class = 0;
  std::size_t blocks = 0;
  std::size_t found_free = 0;  ///< used while trimming
};

/// Chunks are taken from the device under a mutex; blocks go in and out of the free lists without.
class Pool::Impl {
 public:
  Impl(Device& device, std::size_t cap_bytes) : device_(&device), cap_bytes_(cap_bytes) {}

  /// A free block of the class, from its list or from the device.
  Result<BlockId> take(std::size_t bytes, unsigned size_class);
  void give_back(BlockId id);
  std::size_t trim();
  void close();
  void mark_warm() { warm_ = true; }
  void mark_cold() { warm_ = false; }
  ByteAddress address_of(BlockId id) { return blocks_[id].address; }
  [[nodiscard]] PoolStats stats() const;

 private:
  Result<BlockId> take_slowly(std::size_t bytes, unsigned size_class);
  /// Memory for `blocks` blocks, within the cap.
  Result<Chunk> allocate(unsigned size_class, std::size_t blocks);
  Status grow(std::size_t bytes, unsigned size_class);
  /// `chunk` holds one, and a failure gives its memory back.
  Status cut(std::list<Chunk> chunk);
  std::size_t release_unused();
  FreeList take_out_free_blocks();
  BlockId lend(BlockId id);
  [[nodiscard]] Error refuse(std::size_t bytes, const std::string& cause) const;

  std::mutex mutex_;  ///< guards what stands until the next blank line
  Device* device_;    ///< null once closed
  std::list<Chunk> chunks_;
  FreeList spare_;  ///< numbers of blocks whose chunk went back

  const std::size_t cap_bytes_;
  BlockTable blocks_;
  std::array<FreeList, kSizeClasses> free_;
  std::atomic<bool> warm_{false};
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> reserved_{0};
  std::atomic<std::uint64_t> used_{0};
  std::atomic<std::uint64_t> peak_used_{0};
  std::atomic<std::uint64_t> leases_{0};
  std::atomic<std::uint64_t> device_allocations_{0};
  std::atomic<std::uint64_t> allocations_after_warmup_{0};
};

}  // namespace lyn
