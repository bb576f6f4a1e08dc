#pragma once

#include <map>
#include <optional>

#include "device/cuda/nvjpeg_api.h"
#include "device/device.h"

namespace lyn {

/// The memory of one nvJPEG handle: device memory from the pool, page-locked memory as staging, so that the pool's and
/// the witnesses' accounts hold for it too. Must outlive the handle, and `stream`, on which all its work is, must
/// outlive this. One thread at a time.
class NvjpegMemory {
 public:
  NvjpegMemory(Device& device, Stream& stream) : device_(device), stream_(stream) {}
  NvjpegMemory(const NvjpegMemory&) = delete;
  NvjpegMemory& operator=(const NvjpegMemory&) = delete;

  [[nodiscard]] nvjpeg::Allocator on_device();
  [[nodiscard]] nvjpeg::Allocator on_host();
  /// Why memory was last refused, once: nvJPEG itself knows only that it was.
  std::optional<Error> take_error();

 private:
  template <class Lease>
  using Leases = std::map<void*, Lease>;
  int lend(void** address, std::size_t bytes);
  int lend_staging(void** address, std::size_t bytes);
  int refuse(Error error);
  /// The pool may lend it again at once, to another stream.
  template <class Lease>
  int take_back(Leases<Lease>& leases, void* address);

  Device& device_;
  Stream& stream_;
  Leases<Buffer> buffers_;
  Leases<Staging> staging_;
  std::optional<Error> error_;
};

}  // namespace lyn
