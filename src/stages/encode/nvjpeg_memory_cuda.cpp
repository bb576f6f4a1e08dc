#include "stages/encode/nvjpeg_memory_cuda.h"

#include <utility>

namespace lyn {
namespace {

constexpr int kMemoryAllocation = 2;  // cudaErrorMemoryAllocation
constexpr int kInvalidValue = 1;      // cudaErrorInvalidValue

NvjpegMemory& memory_at(void* context) {
  return *static_cast<NvjpegMemory*>(context);
}

}  // namespace

nvjpeg::Allocator NvjpegMemory::on_device() {
  return {[](void* context, void** address, std::size_t bytes, CUstream) {
            return memory_at(context).lend(address, bytes);
          },
          [](void* context, void* address, std::size_t, CUstream) {
            return memory_at(context).take_back(memory_at(context).buffers_, address);
          },
          this};
}

nvjpeg::Allocator NvjpegMemory::on_host() {
  return {[](void* context, void** address, std::size_t bytes, CUstream) {
            return memory_at(context).lend_staging(address, bytes);
          },
          [](void* context, void* address, std::size_t, CUstream) {
            return memory_at(context).take_back(memory_at(context).staging_, address);
          },
          this};
}

std::optional<Error> NvjpegMemory::take_error() {
  return std::exchange(error_, std::nullopt);
}

int NvjpegMemory::refuse(Error error) {
  error_ = std::move(error);
  return kMemoryAllocation;
}

int NvjpegMemory::lend(void** address, std::size_t bytes) {
  auto lease = device_.pool().lease(bytes);
  if (!lease) return refuse(lease.error());
  *address = reinterpret_cast<void*>(lease->address().raw);
  buffers_.emplace(*address, std::move(*lease));
  return 0;
}

int NvjpegMemory::lend_staging(void** address, std::size_t bytes) {
  auto lease = Staging::create(device_, bytes);
  if (!lease) return refuse(lease.error());
  *address = lease->bytes().data();
  staging_.emplace(*address, std::move(*lease));
  return 0;
}

template <class Lease>
int NvjpegMemory::take_back(Leases<Lease>& leases, void* address) {
  if (address == nullptr) return 0;
  const auto found = leases.find(address);
  if (found == leases.end()) return kInvalidValue;
  (void)stream_.synchronize();  // a lost GPU uses nothing any more
  leases.erase(found);
  return 0;
}

}  // namespace lyn
