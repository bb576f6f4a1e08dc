#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/result.h"
#include "device/address.h"

namespace lyn {

class Device;
class Pool;

/// A move-only lease of device memory. Gives it back to its pool when it ends; the pool may lend it
/// again at once, so the last user orders its end behind its own work (host wait, or the same stream).
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  [[nodiscard]] bool empty() const { return pool_ == nullptr; }
  [[nodiscard]] ByteAddress address() const { return address_; }
  /// What was asked for; the lease may be larger inside.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class Pool;
  Buffer(std::shared_ptr<Pool> pool, ByteAddress address, std::size_t size, std::uint32_t block)
      : pool_(std::move(pool)), address_(address), size_(size), block_(block) {}
  void release();

  std::shared_ptr<Pool> pool_;
  ByteAddress address_;
  std::size_t size_ = 0;
  std::uint32_t block_ = 0;
};

/// What the pool has done; see DESIGN 4.
struct PoolStats {
  std::uint64_t reserved_bytes = 0;  ///< taken from the device now
  std::uint64_t used_bytes = 0;      ///< leased now, as rounded to size classes
  std::uint64_t peak_used_bytes = 0;
  std::uint64_t leases = 0;              ///< ever
  std::uint64_t device_allocations = 0;  ///< ever
  std::uint64_t allocations_after_warmup = 0;
  /// Sums; of peaks too, which need not have come together.
  void add(const PoolStats& other) {
    reserved_bytes += other.reserved_bytes;
    used_bytes += other.used_bytes;
    peak_used_bytes += other.peak_used_bytes;
    leases += other.leases;
    device_allocations += other.device_allocations;
    allocations_after_warmup += other.allocations_after_warmup;
  }
  [[nodiscard]] double reuse() const {
    return leases == 0 ? 1.0 : 1.0 - static_cast<double>(device_allocations) / static_cast<double>(leases);
  }
  /// Share of reserved bytes that no lease uses.
  [[nodiscard]] double fragmentation() const {
    return reserved_bytes == 0 ? 0.0 : 1.0 - static_cast<double>(used_bytes) / static_cast<double>(reserved_bytes);
  }
};

/// Memory of one device in size classes. Grows while warming up; after mark_warm() every further
/// device allocation is counted against the promise "0 after warm-up". Thread-safe; a lease that
/// finds a free block takes no lock and allocates nothing on the host either.
///
/// A Buffer keeps its pool. The device closes its own pool when it ends: later leases are refused,
/// and what is leased at that moment is never given back (its address stays valid, but its memory
/// cannot be lent again), so that no old lease can see another's bytes. A pool of its own
/// (create()) must end before its device.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  /// `cap_bytes` bounds what is taken from the device; 0 means no bound of our own.
  static std::shared_ptr<Pool> create(Device& device, std::size_t cap_bytes = 0);
  ~Pool();

  /// Leases at least `bytes`, aligned to 512 bytes. Error kind `device` names what was asked, what
  /// is free and what to lower.
  Result<Buffer> lease(std::size_t bytes);
  /// Leases and gives back `count` buffers of `bytes` at once, so that later leases find them.
  Status reserve(std::size_t bytes, std::size_t count);
  void mark_warm();
  /// A lane warms up again (a camera that came back changed): until the next mark_warm() growth is expected.
  void mark_cold();
  /// Gives unused memory back to the device; returns how many bytes. A lease at the same moment
  /// may wait for it.
  std::size_t trim();
  /// Gives unused memory back and refuses further leases. For the device that owns it.
  void close();
  [[nodiscard]] PoolStats stats() const;

 private:
  friend class Buffer;
  class Impl;
  Pool(Device& device, std::size_t cap_bytes);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
