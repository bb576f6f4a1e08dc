#include "device/cuda/cuda_device.h"

#include <array>

#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/cuda_stream.h"
#include "device/cuda/why_not.h"

namespace lyn::cuda {
namespace {

unsigned blocks_for(unsigned items, unsigned block) {
  return (items + block - 1) / block;
}

CUDA_MEMCPY2D rows_copy(bool from_host, bool to_host, ByteAddress to, ByteAddress from, const CopyShape& shape) {
  CUDA_MEMCPY2D copy{};
  copy.srcMemoryType = from_host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
  copy.srcHost = from_host ? reinterpret_cast<const void*>(from.raw) : nullptr;
  copy.srcDevice = from_host ? 0 : from.raw;
  copy.srcPitch = shape.from_pitch;
  copy.dstMemoryType = to_host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
  copy.dstHost = to_host ? reinterpret_cast<void*>(to.raw) : nullptr;
  copy.dstDevice = to_host ? 0 : to.raw;
  copy.dstPitch = shape.to_pitch;
  copy.WidthInBytes = shape.row_bytes;
  copy.Height = shape.rows;
  return copy;
}

}  // namespace

CudaDevice::CudaDevice(ContextRef context, std::unique_ptr<VirtualMemory> memory, std::unique_ptr<KernelTable> kernels,
                       std::size_t pool_cap_bytes)
    : Device("cuda:" + std::to_string(context->ordinal()), true, pool_cap_bytes),
      context_(std::move(context)),
      virtual_memory_(std::move(memory)),
      kernels_(std::move(kernels)) {}

CudaDevice::~CudaDevice() {
  close_pool();
}

Result<ByteAddress> CudaDevice::do_allocate(MemoryKind kind, std::size_t bytes) {
  if (kind == MemoryKind::device) return virtual_memory_->allocate(bytes);
  LYN_CHECK(context_->enter());
  void* address = nullptr;
  LYN_CHECK(context_->check(context_->api().host_alloc(&address, bytes, kMemHostAllocPortable), "cuMemHostAlloc"));
  return ByteAddress{reinterpret_cast<std::uintptr_t>(address)};
}

void CudaDevice::do_free(MemoryKind kind, ByteAddress address, std::size_t /*bytes*/) {
  if (kind == MemoryKind::device) {
    virtual_memory_->free(address);
  } else if (context_->enter()) {
    (void)context_->check(context_->api().host_free(reinterpret_cast<void*>(address.raw)), "cuMemFreeHost");
  }
}

Status CudaDevice::do_copy(Stream& stream, Direction direction, ByteAddress to, ByteAddress from, CopyShape shape) {
  if (shape.row_bytes == 0 || shape.rows == 0) return {};
  LYN_CHECK(context_->enter());
  const DriverApi& api = context_->api();
  CUstream order = stream_handle(stream);
  if (shape.rows > 1) {
    const auto copy = rows_copy(direction == Direction::in, direction == Direction::out, to, from, shape);
    return context_->check(api.copy_2d(&copy, order), "cuMemcpy2DAsync");
  }
  switch (direction) {
    case Direction::in:
      return context_->check(api.copy_in(to.raw, reinterpret_cast<const void*>(from.raw), shape.row_bytes, order),
                             "cuMemcpyHtoDAsync");
    case Direction::out:
      return context_->check(api.copy_out(reinterpret_cast<void*>(to.raw), from.raw, shape.row_bytes, order),
                             "cuMemcpyDtoHAsync");
    case Direction::within:
      break;
  }
  return context_->check(api.copy_within(to.raw, from.raw, shape.row_bytes, order), "cuMemcpyDtoDAsync");
}

Status CudaDevice::do_launch(Stream& stream, const Kernel& kernel, const void* args, std::size_t /*bytes*/, Grid grid) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return {};
  LYN_TRY(CUfunction function, kernels_->find(kernel.name));
  LYN_CHECK(context_->enter());
  void* parameters[] = {const_cast<void*>(args)};
  const Grid block = kernel.block;
  const CUresult r = context_->api().launch(function, blocks_for(grid.x, block.x), blocks_for(grid.y, block.y),
                                            blocks_for(grid.z, block.z), block.x, block.y, block.z, 0,
                                            stream_handle(stream), static_cast<void**>(parameters), nullptr);
  if (r == CUDA_SUCCESS) return {};
  Error error = context_->check(r, "cuLaunchKernel").error();
  error.what += std::string(" of ") + kernel.name;
  return error;
}

Result<std::unique_ptr<Stream>> CudaDevice::do_open_stream(StreamWork work) {
  LYN_TRY(std::unique_ptr<CudaStream> stream, CudaStream::create(context_, work));
  return std::unique_ptr<Stream>(std::move(stream));
}

MemoryInfo CudaDevice::do_memory() const {
  std::size_t free = 0;
  std::size_t total = 0;
  if (!context_->enter() || !context_->check(context_->api().memory_info(&free, &total), "cuMemGetInfo")) return {};
  return {free, total};
}

Result<ContextRef> context_of(const Device& device) {
  const auto* own = dynamic_cast<const CudaDevice*>(&device);
  if (own == nullptr) return Error{ErrorKind::device, device.name() + " is not a CUDA device", "name --device cuda"};
  return own->context();
}

CUstream stream_handle(Stream& stream) {
  auto* own = dynamic_cast<CudaStream*>(&stream);
  return own == nullptr ? nullptr : own->handle();
}

}  // namespace lyn::cuda

namespace lyn {

std::optional<Error> why_not_cuda() {
  return cuda::why_not();
}

Result<std::unique_ptr<Device>> open_cuda_device(int ordinal, std::size_t pool_cap_bytes) {
  if (auto reason = cuda::why_not()) return *reason;
  LYN_TRY(cuda::ContextRef context, cuda::Context::open(ordinal));
  LYN_TRY(auto memory, cuda::VirtualMemory::create(context));
  LYN_TRY(auto kernels, cuda::KernelTable::load(context));
  return std::unique_ptr<Device>(
      std::make_unique<cuda::CudaDevice>(context, std::move(memory), std::move(kernels), pool_cap_bytes));
}

bool is_lost(const Device& device) {
  auto context = cuda::context_of(device);
  return context && (*context)->lost();
}

int count_cuda_devices() {
  const auto& driver = cuda::driver_api();
  int count = 0;
  return driver && (*driver)->device_count(&count) == CUDA_SUCCESS ? count : 0;
}

int cuda_ordinal(const Device& device) {
  const auto context = cuda::context_of(device);
  return context ? (*context)->ordinal() : -1;
}

std::string gpu_identity(const Device& device) {
  const auto context = cuda::context_of(device);
  if (!context) return {};
  const cuda::DriverApi& api = (*context)->api();
  std::array<char, 256> name{};
  int major = 0;
  int minor = 0;
  api.device_name(name.data(), static_cast<int>(name.size()), (*context)->device());
  api.device_attribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, (*context)->device());
  api.device_attribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, (*context)->device());
  return std::string(name.data()) + ", compute " + std::to_string(major) + "." + std::to_string(minor) + ", driver " +
         cuda::version_text(api.version);
}

void* native_stream(Stream& stream) {
  return cuda::stream_handle(stream);
}

}  // namespace lyn
