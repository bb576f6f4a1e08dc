#pragma once

#include <cstddef>
#include <cstdint>

/// CUPTI as we use it, declared by ourselves: its headers are not where we build. Laid out as in
/// cupti_activity.h, cupti_callbacks.h, generated_cuda_meta.h and generated_cuda_runtime_api_meta.h of
/// CUDA 12.0 to 13.0; tests/device/cuda/cupti_layout_test.cpp compares with the headers where they are.
/// No type of cuda.h here, so that the comparison can include both.
namespace lyn::cupti {

using Code = int;  // CUptiResult
constexpr Code kSuccess = 0;

enum : int {  // CUpti_ActivityKind
  kActivityMemcpy = 1,
  kActivityMemset = 2,
  kActivityKernel = 10,  // CONCURRENT_KERNEL
  kActivityMemcpyPeer = 22,
};
constexpr std::uint32_t kFlushForced = 1;

enum CopyKind : std::uint8_t {  // CUpti_ActivityMemcpyKind
  kCopyUnknown = 0,
  kCopyHostToDevice = 1,
  kCopyDeviceToHost = 2,
  kCopyHostToArray = 3,
  kCopyArrayToHost = 4,
  kCopyArrayToArray = 5,
  kCopyArrayToDevice = 6,
  kCopyDeviceToArray = 7,
  kCopyDeviceToDevice = 8,
  kCopyHostToHost = 9,
  kCopyPeer = 10,
};

enum MemoryPlace : std::uint8_t {  // CUpti_ActivityMemoryKind
  kMemoryUnknown = 0,
  kMemoryPageable = 1,
  kMemoryPinned = 2,
  kMemoryDevice = 3,
  kMemoryArray = 4,
  kMemoryManaged = 5,
  kMemoryDeviceStatic = 6,
  kMemoryManagedStatic = 7,
};

/// The head that CUpti_ActivityMemcpy4 (CUDA 11.1), 5 (11.6), 6 (12.8) and 7 (13.x) share; what follows differs,
/// and cuptiActivityGetNextRecord() knows the size.
struct [[gnu::packed, gnu::aligned(8)]] MemcpyRecord {
  std::uint32_t kind;
  std::uint8_t copy_kind;
  std::uint8_t source;
  std::uint8_t target;
  std::uint8_t flags;
  std::uint64_t bytes;
  std::uint64_t start;  ///< ns; 0: not measured
  std::uint64_t end;
  std::uint32_t device;
  std::uint32_t context;
  std::uint32_t stream;
  std::uint32_t correlation;  ///< of the driver call
  std::uint32_t runtime_correlation;
  std::uint32_t pad;
  void* reserved;
  std::uint64_t graph_node;  ///< 0: not part of a graph
  std::uint32_t graph;
};

enum : int { kDomainDriver = 1, kDomainRuntime = 2 };  // CUpti_CallbackDomain
enum : int { kApiEnter = 0, kApiExit = 1 };            // CUpti_ApiCallbackSite

struct CallbackData {  // CUpti_CallbackData
  int site;
  const char* function;
  const void* parameters;
  void* return_value;
  const char* symbol;
  void* context;
  std::uint32_t context_uid;
  std::uint64_t* between;
  std::uint32_t correlation;
};

using Subscriber = struct CUpti_Subscriber_st*;
using Callback = void (*)(void* user, int domain, std::uint32_t id, const void* data);
using BufferRequested = void (*)(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records);
using BufferCompleted = void (*)(void* context, std::uint32_t stream, std::uint8_t* buffer, std::size_t size,
                                 std::size_t valid);

/// cuMemHostAlloc and, as far as they go, every other function that takes memory: where, how much.
struct AllocationParameters {
  void* where;
  std::size_t bytes;
};
/// cuMemAllocPitch, cudaMallocPitch.
struct PitchedParameters {
  void* where;
  std::size_t* pitch;
  std::size_t row_bytes;
  std::size_t rows;
};
/// cuLaunchKernel and cuLaunchCooperativeKernel.
struct LaunchParameters {
  void* function;
  unsigned grid[3];
  unsigned block[3];
  unsigned shared_bytes;
  void* stream;
};
/// cuLaunchKernelEx: the head of CUlaunchConfig.
struct LaunchConfig {
  unsigned grid[3];
  unsigned block[3];
  unsigned shared_bytes;
  void* stream;
};
/// cudaLaunchKernelExC: the head of cudaLaunchConfig_t.
struct RuntimeLaunchConfig {
  unsigned grid[3];
  unsigned block[3];
  std::size_t shared_bytes;
  void* stream;
};
/// cudaLaunchKernel and cudaLaunchCooperativeKernel.
struct RuntimeLaunchParameters {
  const void* function;
  unsigned grid[3];
  unsigned block[3];
  void** arguments;
  std::size_t shared_bytes;
  void* stream;
};
/// cudaMemcpy and cudaMemcpyAsync; `kind` is cudaMemcpyKind.
struct RuntimeCopyParameters {
  void* to;
  const void* from;
  std::size_t bytes;
  int kind;
};
enum : int { kRuntimeHostToDevice = 1, kRuntimeDeviceToHost = 2, kRuntimeDeviceToDevice = 3 };
/// cuMemcpy2D and its kin: a pointer to CUDA_MEMCPY2D, of which the places matter here.
struct RowsCopy {
  std::size_t from_x, from_y;
  int from_type;  ///< CUmemorytype: 1 host, 2 device, 3 array, 4 unified
  const void* from_host;
  unsigned long long from_device;
  void* from_array;
  std::size_t from_pitch;
  std::size_t to_x, to_y;
  int to_type;
};

}  // namespace lyn::cupti
