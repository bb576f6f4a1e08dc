// Our own declarations of CUPTI against NVIDIA's headers, where a toolkit brings them.
#include <gtest/gtest.h>

#include <cstddef>

#include "device/cuda/cupti_types.h"

#ifdef LYN_CUPTI_HEADERS
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <cupti.h>

namespace lyn::cupti {
namespace {

#define LYN_SAME_PLACE(ours, member, theirs, name)                 \
  static_assert(offsetof(ours, member) == offsetof(theirs, name)); \
  static_assert(sizeof(ours::member) == sizeof(static_cast<theirs*>(nullptr)->name))

#define LYN_SAME_MEMCPY(theirs)                                                    \
  LYN_SAME_PLACE(MemcpyRecord, kind, theirs, kind);                                \
  LYN_SAME_PLACE(MemcpyRecord, copy_kind, theirs, copyKind);                       \
  LYN_SAME_PLACE(MemcpyRecord, source, theirs, srcKind);                           \
  LYN_SAME_PLACE(MemcpyRecord, target, theirs, dstKind);                           \
  LYN_SAME_PLACE(MemcpyRecord, flags, theirs, flags);                              \
  LYN_SAME_PLACE(MemcpyRecord, bytes, theirs, bytes);                              \
  LYN_SAME_PLACE(MemcpyRecord, start, theirs, start);                              \
  LYN_SAME_PLACE(MemcpyRecord, end, theirs, end);                                  \
  LYN_SAME_PLACE(MemcpyRecord, device, theirs, deviceId);                          \
  LYN_SAME_PLACE(MemcpyRecord, context, theirs, contextId);                        \
  LYN_SAME_PLACE(MemcpyRecord, stream, theirs, streamId);                          \
  LYN_SAME_PLACE(MemcpyRecord, correlation, theirs, correlationId);                \
  LYN_SAME_PLACE(MemcpyRecord, runtime_correlation, theirs, runtimeCorrelationId); \
  LYN_SAME_PLACE(MemcpyRecord, reserved, theirs, reserved0);                       \
  LYN_SAME_PLACE(MemcpyRecord, graph_node, theirs, graphNodeId);                   \
  LYN_SAME_PLACE(MemcpyRecord, graph, theirs, graphId)
LYN_SAME_MEMCPY(CUpti_ActivityMemcpy4);
LYN_SAME_MEMCPY(CUpti_ActivityMemcpy5);
#if CUPTI_API_VERSION >= 26
LYN_SAME_MEMCPY(CUpti_ActivityMemcpy6);
#endif

LYN_SAME_PLACE(CallbackData, site, CUpti_CallbackData, callbackSite);
LYN_SAME_PLACE(CallbackData, function, CUpti_CallbackData, functionName);
LYN_SAME_PLACE(CallbackData, parameters, CUpti_CallbackData, functionParams);
LYN_SAME_PLACE(CallbackData, return_value, CUpti_CallbackData, functionReturnValue);
LYN_SAME_PLACE(CallbackData, symbol, CUpti_CallbackData, symbolName);
LYN_SAME_PLACE(CallbackData, context, CUpti_CallbackData, context);
LYN_SAME_PLACE(CallbackData, context_uid, CUpti_CallbackData, contextUid);
LYN_SAME_PLACE(CallbackData, between, CUpti_CallbackData, correlationData);
LYN_SAME_PLACE(CallbackData, correlation, CUpti_CallbackData, correlationId);

LYN_SAME_PLACE(AllocationParameters, bytes, cuMemHostAlloc_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemAllocHost_v2_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemHostRegister_v2_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemAllocManaged_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemAlloc_v2_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemAllocAsync_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemAllocFromPoolAsync_params, bytesize);
LYN_SAME_PLACE(AllocationParameters, bytes, cuMemCreate_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaMalloc_v3020_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaMallocAsync_v11020_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaMallocFromPoolAsync_v11020_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaHostAlloc_v3020_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaMallocHost_v3020_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaHostRegister_v4000_params, size);
LYN_SAME_PLACE(AllocationParameters, bytes, cudaMallocManaged_v6000_params, size);
LYN_SAME_PLACE(PitchedParameters, row_bytes, cuMemAllocPitch_v2_params, WidthInBytes);
LYN_SAME_PLACE(PitchedParameters, rows, cuMemAllocPitch_v2_params, Height);
LYN_SAME_PLACE(PitchedParameters, row_bytes, cudaMallocPitch_v3020_params, width);
LYN_SAME_PLACE(PitchedParameters, rows, cudaMallocPitch_v3020_params, height);
LYN_SAME_PLACE(LaunchParameters, stream, cuLaunchKernel_params, hStream);
LYN_SAME_PLACE(LaunchParameters, stream, cuLaunchCooperativeKernel_params, hStream);
LYN_SAME_PLACE(LaunchConfig, stream, CUlaunchConfig, hStream);
LYN_SAME_PLACE(RuntimeLaunchConfig, stream, cudaLaunchConfig_t, stream);
LYN_SAME_PLACE(RuntimeLaunchParameters, stream, cudaLaunchKernel_v7000_params, stream);
LYN_SAME_PLACE(RuntimeLaunchParameters, stream, cudaLaunchCooperativeKernel_v9000_params, stream);
LYN_SAME_PLACE(RuntimeCopyParameters, kind, cudaMemcpy_v3020_params, kind);
LYN_SAME_PLACE(RuntimeCopyParameters, kind, cudaMemcpyAsync_v3020_params, kind);
LYN_SAME_PLACE(RowsCopy, from_type, CUDA_MEMCPY2D, srcMemoryType);
LYN_SAME_PLACE(RowsCopy, to_type, CUDA_MEMCPY2D, dstMemoryType);
static_assert(offsetof(cuLaunchKernelEx_params, config) == 0 &&
              offsetof(cudaLaunchKernelExC_v11060_params, config) == 0);
static_assert(offsetof(cuMemcpy2DAsync_v2_params, pCopy) == 0);

static_assert(int{kActivityMemcpy} == CUPTI_ACTIVITY_KIND_MEMCPY && int{kActivityMemset} == CUPTI_ACTIVITY_KIND_MEMSET);
static_assert(int{kActivityKernel} == CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL &&
              int{kActivityMemcpyPeer} == CUPTI_ACTIVITY_KIND_MEMCPY2);
static_assert(kFlushForced == CUPTI_ACTIVITY_FLAG_FLUSH_FORCED && kSuccess == CUPTI_SUCCESS);
static_assert(int{kCopyDeviceToHost} == CUPTI_ACTIVITY_MEMCPY_KIND_DTOH &&
              int{kCopyPeer} == CUPTI_ACTIVITY_MEMCPY_KIND_PTOP);
static_assert(int{kCopyHostToHost} == CUPTI_ACTIVITY_MEMCPY_KIND_HTOH &&
              int{kCopyArrayToHost} == CUPTI_ACTIVITY_MEMCPY_KIND_ATOH);
static_assert(int{kMemoryPinned} == CUPTI_ACTIVITY_MEMORY_KIND_PINNED &&
              int{kMemoryManaged} == CUPTI_ACTIVITY_MEMORY_KIND_MANAGED);
static_assert(int{kMemoryManagedStatic} == CUPTI_ACTIVITY_MEMORY_KIND_MANAGED_STATIC);
static_assert(int{kDomainDriver} == CUPTI_CB_DOMAIN_DRIVER_API && int{kDomainRuntime} == CUPTI_CB_DOMAIN_RUNTIME_API);
static_assert(int{kApiEnter} == CUPTI_API_ENTER && int{kApiExit} == CUPTI_API_EXIT);

TEST(CuptiLayout, IsThatOfTheHeaders) {
  SUCCEED() << "compared at compile time with CUPTI API version " << CUPTI_API_VERSION;
}

}  // namespace
}  // namespace lyn::cupti
#else
TEST(CuptiLayout, IsThatOfTheHeaders) {
  GTEST_SKIP() << "skipped: no CUPTI headers where this was built";
}
#endif
