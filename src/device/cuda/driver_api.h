#pragma once

#include <string>

#include "core/result.h"
#include "device/cuda/driver_types.h"

namespace lyn::cuda {

/// Every driver function that Lynceus calls: return type aside, X(member, exported symbol, parameters).
/// Symbols carry the version suffix that cuda.h would have added.
#define LYN_CUDA_FUNCTIONS(X)                                                                                    \
  X(init, "cuInit", (unsigned flags))                                                                            \
  X(driver_version, "cuDriverGetVersion", (int* version))                                                        \
  X(error_name, "cuGetErrorName", (CUresult error, const char** text))                                           \
  X(error_string, "cuGetErrorString", (CUresult error, const char** text))                                       \
  X(device_count, "cuDeviceGetCount", (int* count))                                                              \
  X(device_get, "cuDeviceGet", (CUdevice * device, int ordinal))                                                 \
  X(device_name, "cuDeviceGetName", (char* name, int size, CUdevice device))                                     \
  X(device_bus_id, "cuDeviceGetPCIBusId", (char* text, int size, CUdevice device))                               \
  X(device_total_memory, "cuDeviceTotalMem_v2", (std::size_t * bytes, CUdevice device))                          \
  X(device_attribute, "cuDeviceGetAttribute", (int* value, CUdevice_attribute attribute, CUdevice device))       \
  X(primary_retain, "cuDevicePrimaryCtxRetain", (CUcontext * context, CUdevice device))                          \
  X(primary_release, "cuDevicePrimaryCtxRelease_v2", (CUdevice device))                                          \
  X(primary_set_flags, "cuDevicePrimaryCtxSetFlags_v2", (CUdevice device, unsigned flags))                       \
  X(set_current, "cuCtxSetCurrent", (CUcontext context))                                                         \
  X(get_current, "cuCtxGetCurrent", (CUcontext * context))                                                       \
  X(context_synchronize, "cuCtxSynchronize", ())                                                                 \
  X(memory_info, "cuMemGetInfo_v2", (std::size_t * free, std::size_t * total))                                   \
  X(memory_granularity, "cuMemGetAllocationGranularity",                                                         \
    (std::size_t * bytes, const MemAllocationProp* properties, int option))                                      \
  X(address_reserve, "cuMemAddressReserve",                                                                      \
    (CUdeviceptr * address, std::size_t bytes, std::size_t alignment, CUdeviceptr at, unsigned long long flags)) \
  X(address_free, "cuMemAddressFree", (CUdeviceptr address, std::size_t bytes))                                  \
  X(memory_create, "cuMemCreate",                                                                                \
    (MemHandle * handle, std::size_t bytes, const MemAllocationProp* properties, unsigned long long flags))      \
  X(memory_release, "cuMemRelease", (MemHandle handle))                                                          \
  X(memory_map, "cuMemMap",                                                                                      \
    (CUdeviceptr address, std::size_t bytes, std::size_t offset, MemHandle handle, unsigned long long flags))    \
  X(memory_unmap, "cuMemUnmap", (CUdeviceptr address, std::size_t bytes))                                        \
  X(memory_set_access, "cuMemSetAccess",                                                                         \
    (CUdeviceptr address, std::size_t bytes, const MemAccessDesc* descriptors, std::size_t count))               \
  X(host_alloc, "cuMemHostAlloc", (void** address, std::size_t bytes, unsigned flags))                           \
  X(host_free, "cuMemFreeHost", (void* address))                                                                 \
  X(copy_in, "cuMemcpyHtoDAsync_v2", (CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream))     \
  X(copy_out, "cuMemcpyDtoHAsync_v2", (void* to, CUdeviceptr from, std::size_t bytes, CUstream stream))          \
  X(copy_within, "cuMemcpyDtoDAsync_v2", (CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream)) \
  X(copy_2d, "cuMemcpy2DAsync_v2", (const CUDA_MEMCPY2D* copy, CUstream stream))                                 \
  X(stream_create, "cuStreamCreateWithPriority", (CUstream * stream, unsigned flags, int priority))              \
  X(stream_destroy, "cuStreamDestroy_v2", (CUstream stream))                                                     \
  X(stream_synchronize, "cuStreamSynchronize", (CUstream stream))                                                \
  X(stream_wait_event, "cuStreamWaitEvent", (CUstream stream, CUevent event, unsigned flags))                    \
  X(event_create, "cuEventCreate", (CUevent * event, unsigned flags))                                            \
  X(event_destroy, "cuEventDestroy_v2", (CUevent event))                                                         \
  X(event_record, "cuEventRecord", (CUevent event, CUstream stream))                                             \
  X(event_query, "cuEventQuery", (CUevent event))                                                                \
  X(event_synchronize, "cuEventSynchronize", (CUevent event))                                                    \
  X(module_load, "cuModuleLoadData", (CUmodule * module, const void* image))                                     \
  X(module_unload, "cuModuleUnload", (CUmodule module))                                                          \
  X(module_function, "cuModuleGetFunction", (CUfunction * function, CUmodule module, const char* name))          \
  X(launch, "cuLaunchKernel",                                                                                    \
    (CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, \
     unsigned block_z, unsigned shared_bytes, CUstream stream, void** parameters, void** extra))                 \
  X(capture_begin, "cuStreamBeginCapture_v2", (CUstream stream, int mode))                                       \
  X(capture_end, "cuStreamEndCapture", (CUstream stream, Graph * graph))                                         \
  X(graph_instantiate, "cuGraphInstantiateWithFlags", (GraphExec * exec, Graph graph, unsigned long long flags)) \
  X(graph_launch, "cuGraphLaunch", (GraphExec exec, CUstream stream))                                            \
  X(graph_destroy, "cuGraphDestroy", (Graph graph))                                                              \
  X(graph_exec_destroy, "cuGraphExecDestroy", (GraphExec exec))

/// libcuda.so.1, loaded at run time. One for the process; never unloaded (the driver keeps threads).
struct DriverApi {
#define LYN_MEMBER(member, symbol, parameters) CUresult(*member) parameters = nullptr;
  LYN_CUDA_FUNCTIONS(LYN_MEMBER)
#undef LYN_MEMBER
  int version = 0;  ///< of CUDA that the driver speaks: 13000 for 13.0
};

/// The driver, initialised. Errors (kind `device`): no library, a symbol that it lacks (too old), or
/// what cuInit said, each with its remedy. The answer is made once and kept.
const Result<const DriverApi*>& driver_api();

/// "CUDA_ERROR_OUT_OF_MEMORY (out of memory)"; works without a driver too.
std::string describe(CUresult result);

/// An Error for a failed call: "cuMemCreate: CUDA_ERROR_OUT_OF_MEMORY (out of memory)" and its remedy.
Error cuda_error(CUresult result, const char* call);

/// True for errors after which a context answers every call with an error. Measured on an H200 with driver
/// 580: after a fault in a kernel this holds for the whole process, also after the primary context was
/// released by all and reset: only a new process gets the GPU back.
bool is_sticky(CUresult result);

}  // namespace lyn::cuda
