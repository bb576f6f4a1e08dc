#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"
#include "device/cuda/driver_types.h"

namespace lyn::nvjpeg {

/// nvJPEG as we use it, declared by ourselves as nvjpeg.h (12 and 13) has it: its header is not where we build.
using Code = int;  // nvjpegStatus_t
constexpr Code kSuccess = 0;
constexpr Code kInvalidParameter = 2;
constexpr Code kAllocatorFailure = 5;
constexpr Code kExecutionFailed = 6;

enum : int { kBackendDefault = 0, kSampling420 = 2 };

struct Planes {  // nvjpegImage_t
  unsigned char* channel[4] = {};
  std::size_t pitch[4] = {};
};
static_assert(sizeof(Planes) == 64);

using Allocate = int (*)(void* context, void** address, std::size_t bytes, CUstream stream);
using Free = int (*)(void* context, void* address, std::size_t bytes, CUstream stream);

/// nvjpegDevAllocatorV2_t and nvjpegPinnedAllocatorV2_t, which are alike. They answer 0, or an error of the runtime.
struct Allocator {
  Allocate allocate = nullptr;
  Free free = nullptr;
  void* context = nullptr;
};

using Handle = struct nvjpegHandle*;
using State = struct nvjpegEncoderState*;
using Parameters = struct nvjpegEncoderParams*;

#define LYN_NVJPEG_FUNCTIONS(X)                                                                                      \
  X(create, "nvjpegCreateExV2", (int backend, Allocator* device, Allocator* pinned, unsigned flags, Handle* handle)) \
  X(destroy, "nvjpegDestroy", (Handle handle))                                                                       \
  X(state_create, "nvjpegEncoderStateCreate", (Handle handle, State * state, CUstream stream))                       \
  X(state_destroy, "nvjpegEncoderStateDestroy", (State state))                                                       \
  X(parameters_create, "nvjpegEncoderParamsCreate", (Handle handle, Parameters * parameters, CUstream stream))       \
  X(parameters_destroy, "nvjpegEncoderParamsDestroy", (Parameters parameters))                                       \
  X(set_quality, "nvjpegEncoderParamsSetQuality", (Parameters parameters, int quality, CUstream stream))             \
  X(set_sampling, "nvjpegEncoderParamsSetSamplingFactors", (Parameters parameters, int sampling, CUstream stream))   \
  X(encode, "nvjpegEncodeYUV",                                                                                       \
    (Handle handle, State state, Parameters parameters, const Planes* planes, int sampling, int width, int height,   \
     CUstream stream))                                                                                               \
  X(retrieve, "nvjpegEncodeRetrieveBitstream",                                                                       \
    (Handle handle, State state, unsigned char* host, std::size_t* length, CUstream stream))                         \
  X(retrieve_on_device, "nvjpegEncodeRetrieveBitstreamDevice",                                                       \
    (Handle handle, State state, unsigned char* device, std::size_t* length, CUstream stream))

/// libnvjpeg, loaded at run time, once for the process.
struct NvjpegApi {
#define LYN_MEMBER(member, symbol, parameters) Code(*member) parameters = nullptr;
  LYN_NVJPEG_FUNCTIONS(LYN_MEMBER)
#undef LYN_MEMBER
  std::string file;  ///< "libnvjpeg.so.13"
};

/// Error (kind `device`): the library is missing or too old, with the remedy.
const Result<const NvjpegApi*>& nvjpeg_api();

/// "nvjpegEncodeYUV: EXECUTION_FAILED", kind `device`.
Error nvjpeg_error(Code code, const char* call);

}  // namespace lyn::nvjpeg
