#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include "core/result.h"
#include "device/address.h"
#include "device/kernel.h"
#include "device/ledger.h"
#include "device/pool.h"
#include "device/stream.h"

namespace lyn {

/// Where an allocation lives. `staging` is host memory that the device copies to and from without
/// help of the CPU (page-locked on `cuda`): for results, never for pixels.
enum class MemoryKind { device, staging };

struct MemoryInfo {
  std::uint64_t free_bytes = 0;
  std::uint64_t total_bytes = 0;
};

/// A rectangle of bytes to copy; pitches in bytes. rows == 1 for a plain run.
struct CopyShape {
  std::size_t row_bytes = 0;
  std::size_t rows = 1;
  std::size_t from_pitch = 0;
  std::size_t to_pitch = 0;
};

/// One device. Any number may be open at once; nothing here is global but the residency trap.
/// Public members are not virtual: they keep the ledger; backends fill in the private ones.
/// Thread-safe, except that a Stream belongs to one thread at a time.
class Device {
 public:
  virtual ~Device();

  /// "cpu", "cuda:0".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_cuda() const { return cuda_; }

  [[nodiscard]] TransferLedger& ledger() { return ledger_; }
  [[nodiscard]] Pool& pool() { return *pool_; }

  Result<std::unique_ptr<Stream>> open_stream(StreamWork work = StreamWork::brief) { return do_open_stream(work); }
  [[nodiscard]] MemoryInfo memory() const { return do_memory(); }

  /// Runs `kernel` over `grid` in the stream's order. `args` is copied before the call returns.
  template <class Args>
  Status launch(Stream& stream, const Kernel& kernel, const Args& args, Grid grid) {
    static_assert(std::is_trivially_copyable_v<Args> && sizeof(Args) <= 4096);
    return launch_bytes(stream, kernel, &args, sizeof(Args), grid);
  }

  /// Host to device. `from` must stay as it is until the stream has passed this point.
  Status copy_in(Stream& stream, Reason reason, ByteAddress to, std::span<const std::byte> from);
  /// Device to host, after which the stream must be waited for before `to` is read. `to` should be
  /// staging memory; other host memory works and may block.
  Status copy_out(Stream& stream, Reason reason, std::span<std::byte> to, ByteAddress from);
  /// Device to host by rows (`shape.from_pitch` on the device, `shape.to_pitch` on the host).
  Status copy_out_rows(Stream& stream, Reason reason, std::byte* to, ByteAddress from, CopyShape shape);
  /// Within the device; crosses nothing.
  Status copy_within(Stream& stream, ByteAddress to, ByteAddress from, CopyShape shape);
  /// For bytes that cross by other means (a codec reads its bitstream from host memory).
  void count_transfer(Reason reason, std::size_t bytes) { ledger_.count_moved(reason, bytes); }

  /// Raw memory, page-aligned. Pool and Staging are the callers; everything else leases from pool().
  Result<ByteAddress> allocate(MemoryKind kind, std::size_t bytes);
  void free(MemoryKind kind, ByteAddress address, std::size_t bytes) { do_free(kind, address, bytes); }

 protected:
  Device(std::string name, bool cuda, std::size_t pool_cap_bytes);
  /// Backends call it first in their destructor: the pool gives its memory back through do_free().
  void close_pool() { pool_->close(); }

  enum class Direction { in, out, within };

 private:
  Status launch_bytes(Stream& stream, const Kernel& kernel, const void* args, std::size_t bytes, Grid grid);
  virtual Result<ByteAddress> do_allocate(MemoryKind kind, std::size_t bytes) = 0;
  virtual void do_free(MemoryKind kind, ByteAddress address, std::size_t bytes) = 0;
  /// Either end that is host memory is a plain pointer value in `raw`.
  virtual Status do_copy(Stream& stream, Direction direction, ByteAddress to, ByteAddress from, CopyShape shape) = 0;
  virtual Status do_launch(Stream& stream, const Kernel& kernel, const void* args, std::size_t bytes, Grid grid) = 0;
  virtual Result<std::unique_ptr<Stream>> do_open_stream(StreamWork work) = 0;
  virtual MemoryInfo do_memory() const = 0;

  std::string name_;
  bool cuda_;
  TransferLedger ledger_;
  std::shared_ptr<Pool> pool_;
};

/// A lease of staging memory: host memory for results that come back from the device.
class Staging {
 public:
  static Result<Staging> create(Device& device, std::size_t bytes);
  Staging() = default;
  Staging(Staging&& other) noexcept;
  Staging& operator=(Staging&& other) noexcept;
  ~Staging();
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

 private:
  Device* device_ = nullptr;
  std::span<std::byte> bytes_;
};

}  // namespace lyn
