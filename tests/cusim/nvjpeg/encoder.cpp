// nvJPEG's encoder: libavcodec makes the file when the stream's turn comes, in memory that the caller's allocators
// gave.
#include <cstring>
#include <vector>

#include "cusim/driver/machine.h"
#include "cusim/driver/memory.h"
#include "cusim/driver/streams.h"
#include "cusim/nvjpeg/jpeg_file.h"
#include "device/cuda/nvjpeg_api.h"

using cusim::Call;
using cusim::Does;
using cusim::Kind;
using cusim::Machine;
namespace nvjpeg = lyn::nvjpeg;

/// What the handles of our declarations point to.
namespace lyn::nvjpeg {

struct nvjpegHandle {
  Allocator device, pinned;
};
struct nvjpegEncoderParams {
  int quality = 70;
};
struct nvjpegEncoderState {
  nvjpegHandle* handle = nullptr;
  void* memory = nullptr;  ///< where the file is made
  std::size_t memory_bytes = 0;
  std::size_t* length = nullptr;  ///< of it, in page-locked memory
  bool made = false;
  CUstream stream = nullptr;
};

}  // namespace lyn::nvjpeg

namespace {

nvjpeg::Code code_of(const Call& call) {
  if (call) return nvjpeg::kSuccess;
  switch (static_cast<int>(call.answer())) {
    case lyn::cuda::result::kOutOfMemory:
      return nvjpeg::kAllocatorFailure;
    case lyn::cuda::result::kInvalidValue:
      return nvjpeg::kInvalidParameter;
    default:
      return nvjpeg::kExecutionFailed;
  }
}

nvjpeg::Code refuse(Call& call, const char* sentence) {
  call.refuse(sentence);
  return nvjpeg::kInvalidParameter;
}

/// The allocators are the caller's code, with locks of its own: none is held here while they run.
bool allocate(const nvjpeg::Allocator& from, void** address, std::size_t bytes, CUstream stream) {
  return from.allocate(from.context, address, bytes, stream) == 0;
}
void give_back(const nvjpeg::Allocator& to, void* address, std::size_t bytes, CUstream stream) {
  if (address != nullptr) to.free(to.context, address, bytes, stream);
}

/// Memory for the largest file of this size. False where there is none.
bool fit(nvjpeg::nvjpegEncoderState& state, int width, int height) {
  constexpr std::size_t kHeaders = 4096;
  const std::size_t wanted = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 + kHeaders;
  if (wanted <= state.memory_bytes) return true;
  give_back(state.handle->device, state.memory, state.memory_bytes, state.stream);
  state.memory = nullptr;
  state.memory_bytes = 0;
  if (!allocate(state.handle->device, &state.memory, wanted, state.stream)) return false;
  state.memory_bytes = wanted;
  return true;
}

bool planes_are_memory(const nvjpeg::Planes& planes, int width, int height, int gpu) {
  for (int i = 0; i < 3; ++i) {
    const auto row = static_cast<std::size_t>(i == 0 ? width : (width + 1) / 2);
    const auto rows = static_cast<std::size_t>(i == 0 ? height : (height + 1) / 2);
    const auto address = reinterpret_cast<std::uintptr_t>(planes.channel[i]);
    if (planes.pitch[i] < row || !cusim::is_memory(address, planes.pitch[i] * (rows - 1) + row, gpu)) return false;
  }
  return true;
}

}  // namespace

extern "C" {

nvjpeg::Code nvjpegCreateExV2(int, nvjpeg::Allocator* device, nvjpeg::Allocator* pinned, unsigned,
                              nvjpeg::Handle* handle) {
  Call call("nvjpegCreateExV2", Does::allocates);
  if (!call) return code_of(call);
  if (device == nullptr || pinned == nullptr) return refuse(call, "memory would be taken behind the pool's back");
  *handle = new nvjpeg::nvjpegHandle{*device, *pinned};
  call.makes(Kind::jpeg_handle, *handle);
  return nvjpeg::kSuccess;
}

nvjpeg::Code nvjpegDestroy(nvjpeg::Handle handle) {
  Call call("nvjpegDestroy", Does::gives_back);
  if (call.gives_back(Kind::jpeg_handle, handle)) delete handle;
  return code_of(call);
}

nvjpeg::Code nvjpegEncoderStateCreate(nvjpeg::Handle handle, nvjpeg::State* state, CUstream stream) {
  {
    Call call("nvjpegEncoderStateCreate", Does::allocates);
    if (!call || !call.uses(Kind::jpeg_handle, handle) || !call.uses(Kind::stream, stream)) return code_of(call);
  }
  void* length = nullptr;
  if (!allocate(handle->pinned, &length, sizeof(std::size_t), stream)) return nvjpeg::kAllocatorFailure;
  *state = new nvjpeg::nvjpegEncoderState{handle, nullptr, 0, static_cast<std::size_t*>(length), false, stream};
  const std::lock_guard lock(Machine::instance().mutex);
  Machine::instance().book.born(Kind::jpeg_state, reinterpret_cast<std::uintptr_t>(*state), stream->gpu);
  return nvjpeg::kSuccess;
}

nvjpeg::Code nvjpegEncoderStateDestroy(nvjpeg::State state) {
  nvjpeg::Code answer = nvjpeg::kSuccess;
  {
    Call call("nvjpegEncoderStateDestroy", Does::gives_back);
    if (!call.gives_back(Kind::jpeg_state, state)) return code_of(call);
    answer = code_of(call);
  }
  give_back(state->handle->device, state->memory, state->memory_bytes, state->stream);
  give_back(state->handle->pinned, state->length, sizeof(std::size_t), state->stream);
  delete state;
  return answer;
}

nvjpeg::Code nvjpegEncoderParamsCreate(nvjpeg::Handle handle, nvjpeg::Parameters* parameters, CUstream stream) {
  Call call("nvjpegEncoderParamsCreate", Does::allocates);
  if (!call || !call.uses(Kind::jpeg_handle, handle) || !call.uses(Kind::stream, stream)) return code_of(call);
  *parameters = new nvjpeg::nvjpegEncoderParams;
  call.makes(Kind::jpeg_parameters, *parameters);
  return nvjpeg::kSuccess;
}

nvjpeg::Code nvjpegEncoderParamsDestroy(nvjpeg::Parameters parameters) {
  Call call("nvjpegEncoderParamsDestroy", Does::gives_back);
  if (call.gives_back(Kind::jpeg_parameters, parameters)) delete parameters;
  return code_of(call);
}

nvjpeg::Code nvjpegEncoderParamsSetQuality(nvjpeg::Parameters parameters, int quality, CUstream) {
  Call call("nvjpegEncoderParamsSetQuality");
  if (!call || !call.uses(Kind::jpeg_parameters, parameters)) return code_of(call);
  if (quality < 1 || quality > 100) return refuse(call, "a quality that does not exist");
  parameters->quality = quality;
  return nvjpeg::kSuccess;
}

nvjpeg::Code nvjpegEncoderParamsSetSamplingFactors(nvjpeg::Parameters parameters, int sampling, CUstream) {
  Call call("nvjpegEncoderParamsSetSamplingFactors");
  if (!call || !call.uses(Kind::jpeg_parameters, parameters)) return code_of(call);
  return sampling == nvjpeg::kSampling420 ? nvjpeg::kSuccess : refuse(call, "only 4:2:0 is made here");
}

nvjpeg::Code nvjpegEncodeYUV(nvjpeg::Handle handle, nvjpeg::State state, nvjpeg::Parameters parameters,
                             const nvjpeg::Planes* planes, int sampling, int width, int height, CUstream stream) {
  {
    Call call("nvjpegEncodeYUV", Does::allocates);
    if (!call || !call.uses(Kind::jpeg_handle, handle) || !call.uses(Kind::jpeg_state, state) ||
        !call.uses(Kind::jpeg_parameters, parameters) || !call.uses(Kind::stream, stream)) {
      return code_of(call);
    }
    if (sampling != nvjpeg::kSampling420) return refuse(call, "only 4:2:0 is read here");
    if (!planes_are_memory(*planes, width, height, call.gpu().gpu))
      return refuse(call, "its planes are no memory of it");
  }
  if (!fit(*state, width, height)) return nvjpeg::kAllocatorFailure;
  const std::lock_guard lock(Machine::instance().mutex);
  state->made = false;
  cusim::queue(*stream, [state, planes = *planes, width, height, quality = parameters->quality] {
    const auto file = cusim::jpeg_file(planes, width, height, quality);
    *state->length = file.size();
    std::memcpy(cusim::device_view(reinterpret_cast<std::uintptr_t>(state->memory)), file.data(), file.size());
    state->made = true;
  });
  return nvjpeg::kSuccess;
}

/// Only its length: the file itself is to leave by a copy that the ledger counts.
nvjpeg::Code nvjpegEncodeRetrieveBitstream(nvjpeg::Handle handle, nvjpeg::State state, unsigned char* host,
                                           std::size_t* length, CUstream) {
  Call call("nvjpegEncodeRetrieveBitstream");
  if (!call || !call.uses(Kind::jpeg_handle, handle) || !call.uses(Kind::jpeg_state, state)) return code_of(call);
  if (!state->made) return refuse(call, "nobody has waited for the file");
  if (host != nullptr) return refuse(call, "the file would be copied behind the ledger's back");
  *length = *state->length;
  return nvjpeg::kSuccess;
}

nvjpeg::Code nvjpegEncodeRetrieveBitstreamDevice(nvjpeg::Handle handle, nvjpeg::State state, unsigned char* device,
                                                 std::size_t* length, CUstream stream) {
  Call call("nvjpegEncodeRetrieveBitstreamDevice");
  if (!call || !call.uses(Kind::jpeg_handle, handle) || !call.uses(Kind::jpeg_state, state) ||
      !call.uses(Kind::stream, stream)) {
    return code_of(call);
  }
  if (!state->made) return refuse(call, "nobody has waited for the file");
  const auto to = reinterpret_cast<std::uintptr_t>(device);
  if (*length < *state->length) return refuse(call, "there is not room enough");
  if (!cusim::is_memory(to, *state->length, call.gpu().gpu))
    return refuse(call, "what it is copied to is no memory of it");
  *length = *state->length;
  cusim::queue(*stream, [state, to] {
    std::memcpy(cusim::device_view(to), cusim::device_view(reinterpret_cast<std::uintptr_t>(state->memory)),
                *state->length);
  });
  return nvjpeg::kSuccess;
}

}  // extern "C"
