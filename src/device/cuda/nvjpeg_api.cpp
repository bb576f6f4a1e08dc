#include "device/cuda/nvjpeg_api.h"

#include <array>

#include "device/cuda/shared_library.h"

namespace lyn::nvjpeg {
namespace {

/// The runtime is inside of it: any of them works with a driver that is as new. By name it is also found beside ONNX
/// Runtime, where ./lynceus setup gpu lays it.
constexpr std::array kFiles = {"libnvjpeg.so.13", "/usr/local/cuda/lib64/libnvjpeg.so.13", "libnvjpeg.so.12",
                               "/usr/local/cuda/lib64/libnvjpeg.so.12"};

constexpr const char* kRemedy =
    "run ./lynceus setup gpu --cuda, or install nvJPEG of CUDA 13 or 12 (libnvjpeg-13-0, or PyPI's nvidia-nvjpeg) "
    "and put its folder into LD_LIBRARY_PATH";

Result<const NvjpegApi*> load() {
  static NvjpegApi api;
  std::string loader_says;
  for (const char* file : kFiles) {
    const cuda::SharedLibrary library(file);
    if (loader_says.empty()) loader_says = library.error();
    if (!library.found()) continue;
#define LYN_LOAD(member, symbol, parameters)                                                                        \
  if (!library.load(api.member, symbol)) {                                                                          \
    return Error{ErrorKind::device, std::string("nvJPEG: ") + file + " has no " symbol, "install CUDA 12 or 13's"}; \
  }
    LYN_NVJPEG_FUNCTIONS(LYN_LOAD)
#undef LYN_LOAD
    api.file = file;
    return &api;
  }
  return Error{ErrorKind::device, "nvJPEG: the library libnvjpeg.so.13 is not here (" + loader_says + ")", kRemedy};
}

std::string name_of(Code code) {
  constexpr std::array kNames = {"SUCCESS",          "NOT_INITIALIZED",     "INVALID_PARAMETER",
                                 "BAD_JPEG",         "JPEG_NOT_SUPPORTED",  "ALLOCATOR_FAILURE",
                                 "EXECUTION_FAILED", "ARCH_MISMATCH",       "INTERNAL_ERROR",
                                 "NOT_IMPLEMENTED",  "INCOMPLETE_BITSTREAM"};
  const auto at = static_cast<std::size_t>(code);
  return code >= 0 && at < kNames.size() ? kNames.at(at) : "error " + std::to_string(code);
}

}  // namespace

const Result<const NvjpegApi*>& nvjpeg_api() {
  static const Result<const NvjpegApi*> answer = load();
  return answer;
}

Error nvjpeg_error(Code code, const char* call) {
  return {ErrorKind::device, std::string("nvJPEG: ") + call + ": " + name_of(code),
          code == kAllocatorFailure ? "lower the number of cameras that are encoded, or free memory of the GPU"
                                    : "report this with the log, or run it with --device cpu"};
}

}  // namespace lyn::nvjpeg
