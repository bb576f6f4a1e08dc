// The driver's functions for memory, and copies.
#include <cstdlib>
#include <cstring>
#include <map>

#include "cusim/driver/machine.h"
#include "cusim/driver/memory.h"
#include "cusim/driver/streams.h"

using cusim::Call;
using cusim::device_view;
using cusim::Does;
using cusim::Kind;
using cusim::Machine;
using cusim::result;
namespace code = lyn::cuda::result;

namespace {

/// Physical memory is a number here, with its size: bytes appear where it is mapped.
std::map<lyn::cuda::MemHandle, std::size_t>& physical() {
  static auto* sizes = new std::map<lyn::cuda::MemHandle, std::size_t>;
  return *sizes;
}

bool whole_granules(std::size_t bytes) {
  return bytes != 0 && bytes % cusim::kGranule == 0;
}

CUresult copy(Call& call, CUstream stream, std::uint64_t device_to, std::uint64_t device_from, std::size_t bytes,
              std::byte* to, const std::byte* from) {
  const int gpu = call.gpu().gpu;
  if (!call.uses(Kind::stream, stream)) return call.answer();
  for (const std::uint64_t address : {device_to, device_from}) {
    if (address != 0 && !cusim::is_memory(address, bytes, gpu)) return call.refuse("what is copied is no memory of it");
  }
  cusim::queue(*stream, [=] { std::memmove(to, from, bytes); });
  return CUDA_SUCCESS;
}

const std::byte* bytes_at(const void* host) {
  return static_cast<const std::byte*>(host);
}

}  // namespace

extern "C" {

CUresult cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  const Call call("cuMemGetInfo");
  if (!call) return call.answer();
  *total = Machine::instance().settings.memory_mb << 20U;
  *free = *total - call.gpu().used_bytes;
  return CUDA_SUCCESS;
}

CUresult cuMemGetAllocationGranularity(std::size_t* bytes, const lyn::cuda::MemAllocationProp*, int) {
  *bytes = cusim::kGranule;
  return Call("cuMemGetAllocationGranularity", Does::plain, Call::Needs::nothing).answer();
}

CUresult cuMemAddressReserve(CUdeviceptr* address, std::size_t bytes, std::size_t, CUdeviceptr, unsigned long long) {
  Call call("cuMemAddressReserve", Does::allocates);
  if (!call) return call.answer();
  if (!whole_granules(bytes)) return call.refuse("not a multiple of the granularity");
  *address = cusim::reserve(bytes);
  if (*address == 0) return result(code::kOutOfMemory);
  call.makes(Kind::reservation, *address);
  return CUDA_SUCCESS;
}

CUresult cuMemAddressFree(CUdeviceptr address, std::size_t bytes) {
  Call call("cuMemAddressFree", Does::gives_back);
  if (!call.gives_back(Kind::reservation, address)) return call.answer();
  if (cusim::is_memory(address, bytes, call.gpu().gpu)) return call.refuse("memory is still mapped there");
  return call.answer();
}

CUresult cuMemCreate(lyn::cuda::MemHandle* handle, std::size_t bytes, const lyn::cuda::MemAllocationProp* properties,
                     unsigned long long) {
  Call call("cuMemCreate", Does::allocates);
  if (!call) return call.answer();
  if (!whole_granules(bytes)) return call.refuse("not a multiple of the granularity");
  if (properties->location.id != call.gpu().gpu) return call.refuse("memory of another GPU is asked for");
  if (!Machine::instance().take_memory(call.gpu(), bytes)) return result(code::kOutOfMemory);
  static lyn::cuda::MemHandle last = 0;
  physical()[*handle = ++last] = bytes;
  call.makes(Kind::memory, *handle);
  return CUDA_SUCCESS;
}

CUresult cuMemRelease(lyn::cuda::MemHandle handle) {
  Call call("cuMemRelease", Does::gives_back);
  if (!call.gives_back(Kind::memory, handle)) return call.answer();
  call.gpu().used_bytes -= physical()[handle];
  physical().erase(handle);
  return call.answer();
}

CUresult cuMemMap(CUdeviceptr address, std::size_t bytes, std::size_t, lyn::cuda::MemHandle handle,
                  unsigned long long) {
  Call call("cuMemMap", Does::allocates);
  if (!call || !call.uses(Kind::reservation, address) || !call.uses(Kind::memory, handle)) return call.answer();
  if (physical()[handle] != bytes) return call.refuse("another size than the memory's");
  call.makes(Kind::mapping, address);
  return CUDA_SUCCESS;
}

CUresult cuMemSetAccess(CUdeviceptr address, std::size_t bytes, const lyn::cuda::MemAccessDesc* access, std::size_t) {
  Call call("cuMemSetAccess", Does::allocates);
  if (!call || !call.uses(Kind::mapping, address)) return call.answer();
  if (access->location.id != call.gpu().gpu) return call.refuse("access for another GPU");
  return cusim::back(address, bytes, call.gpu().gpu) ? CUDA_SUCCESS : result(code::kOutOfMemory);
}

/// Waits for all that may use it: so does the driver.
CUresult cuMemUnmap(CUdeviceptr address, std::size_t) {
  Call call("cuMemUnmap", Does::gives_back);
  if (!call.gives_back(Kind::mapping, address)) return call.answer();
  cusim::work_off(call.gpu().gpu);
  cusim::unback(address);
  return call.answer();
}

CUresult cuMemHostAlloc(void** address, std::size_t bytes, unsigned) {
  Call call("cuMemHostAlloc", Does::allocates);
  if (!call) return call.answer();
  if (posix_memalign(address, 4096, bytes) != 0) return result(code::kOutOfMemory);
  call.makes(Kind::host_memory, *address);
  return CUDA_SUCCESS;
}

CUresult cuMemFreeHost(void* address) {
  Call call("cuMemFreeHost", Does::gives_back);
  if (!call.gives_back(Kind::host_memory, address)) return call.answer();
  cusim::work_off(call.gpu().gpu);
  std::free(address);
  return call.answer();
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  Call call("cuMemcpyHtoDAsync");
  return call ? copy(call, stream, to, 0, bytes, device_view(to), bytes_at(from)) : call.answer();
}

CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  Call call("cuMemcpyDtoHAsync");
  return call ? copy(call, stream, 0, from, bytes, static_cast<std::byte*>(to), device_view(from)) : call.answer();
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  Call call("cuMemcpyDtoDAsync");
  return call ? copy(call, stream, to, from, bytes, device_view(to), device_view(from)) : call.answer();
}

CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* copy, CUstream stream) {
  Call call("cuMemcpy2DAsync");
  if (!call || !call.uses(Kind::stream, stream)) return call.answer();
  const bool to_device = copy->dstMemoryType == CU_MEMORYTYPE_DEVICE;
  const bool from_device = copy->srcMemoryType == CU_MEMORYTYPE_DEVICE;
  const auto reach = [&](std::size_t pitch) { return pitch * (copy->Height - 1) + copy->WidthInBytes; };
  const int gpu = call.gpu().gpu;
  if ((to_device && !cusim::is_memory(copy->dstDevice, reach(copy->dstPitch), gpu)) ||
      (from_device && !cusim::is_memory(copy->srcDevice, reach(copy->srcPitch), gpu))) {
    return call.refuse("what is copied is no memory of it");
  }
  if (copy->srcPitch < copy->WidthInBytes || copy->dstPitch < copy->WidthInBytes) return call.refuse("rows overlap");
  std::byte* to = to_device ? device_view(copy->dstDevice) : static_cast<std::byte*>(copy->dstHost);
  const std::byte* from = from_device ? device_view(copy->srcDevice) : bytes_at(copy->srcHost);
  cusim::queue(*stream, [to, from, shape = *copy] {
    for (std::size_t row = 0; row < shape.Height; ++row) {
      std::memmove(to + row * shape.dstPitch, from + row * shape.srcPitch, shape.WidthInBytes);
    }
  });
  return CUDA_SUCCESS;
}

}  // extern "C"
