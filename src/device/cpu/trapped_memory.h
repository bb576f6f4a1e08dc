#pragma once

#include <cstddef>
#include <mutex>

#include "core/result.h"
#include "device/address.h"
#include "device/cpu/range_allocator.h"

namespace lyn {

/// The memory of all `cpu` devices of the process: one memfd, mapped twice over a large range of
/// addresses, of which pages exist only where they were touched. The PROT_NONE view gives the
/// addresses; the readable one lies at detail::host_view_offset. Thread-safe; not for the hot path.
class TrappedMemory {
 public:
  /// Reserves the addresses at the first call. Error kind `device` when the system allows none.
  static Result<TrappedMemory*> instance();

  /// Whole pages of zeros.
  Result<ByteAddress> allocate(std::size_t bytes);
  /// Gives the pages back to the system at once.
  void free(ByteAddress address, std::size_t bytes);

 private:
  TrappedMemory(int file, std::byte* trapped, std::size_t size);
  static Result<TrappedMemory*> reserve();

  const int file_;
  std::byte* const trapped_;
  std::mutex mutex_;
  RangeAllocator ranges_;
};

}  // namespace lyn
