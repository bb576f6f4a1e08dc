#pragma once

#include "device/cuda/ffnvcodec.h"

/// What the driver API has and ffnvcodec 11.1 lacks: declared here as cuda.h (12 and 13) lays it out.
namespace lyn::cuda {

/// Results that the code tells apart (cuda.h, `cudaError_enum`).
namespace result {
constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kNotInitialized = 3;
constexpr int kDeinitialized = 4;
constexpr int kDevicesUnavailable = 46;
constexpr int kNoDevice = 100;
constexpr int kInvalidDevice = 101;
constexpr int kInvalidContext = 201;
constexpr int kNoBinaryForGpu = 209;
constexpr int kEccUncorrectable = 214;
constexpr int kInvalidPtx = 218;
constexpr int kNvlinkUncorrectable = 220;
constexpr int kUnsupportedPtxVersion = 222;
constexpr int kContained = 226;
constexpr int kNotFound = 500;
constexpr int kNotReady = 600;
constexpr int kIllegalAddress = 700;
constexpr int kLaunchTimeout = 702;
constexpr int kContextIsDestroyed = 709;
constexpr int kHardwareStackError = 714;
constexpr int kLaunchFailed = 719;
constexpr int kNotSupported = 801;
constexpr int kSystemNotReady = 802;
constexpr int kSystemDriverMismatch = 803;
constexpr int kCompatNotSupportedOnDevice = 804;
constexpr int kUnknown = 999;
}  // namespace result

using MemHandle = unsigned long long;  // CUmemGenericAllocationHandle

enum : int { kMemAllocationTypePinned = 1, kMemLocationTypeDevice = 1, kMemAccessReadWrite = 3 };
constexpr unsigned kMemHostAllocPortable = 1;
constexpr unsigned kCtxSchedBlockingSync = 4;

struct MemLocation {  // CUmemLocation
  int type = kMemLocationTypeDevice;
  int id = 0;
};

struct MemAllocationProp {  // CUmemAllocationProp
  int type = kMemAllocationTypePinned;
  int requested_handle_types = 0;
  MemLocation location;
  void* win32_handle_metadata = nullptr;
  struct {
    unsigned char compression_type = 0;
    unsigned char gpu_direct_rdma_capable = 0;
    unsigned short usage = 0;
    unsigned char reserved[4] = {};
  } alloc_flags;
};
static_assert(sizeof(MemAllocationProp) == 32);

struct MemAccessDesc {  // CUmemAccessDesc
  MemLocation location;
  int flags = kMemAccessReadWrite;
};
static_assert(sizeof(MemAccessDesc) == 12);

using Graph = struct CUgraph_st*;
using GraphExec = struct CUgraphExec_st*;
/// Only this thread's unsafe calls are refused while capturing: other lanes go on working.
enum : int { kCaptureModeThreadLocal = 1 };

}  // namespace lyn::cuda
