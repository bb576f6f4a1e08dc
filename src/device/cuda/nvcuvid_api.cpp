#include "device/cuda/nvcuvid_api.h"

#include "device/cuda/shared_library.h"

namespace lyn::cuda {
namespace {

constexpr const char* kRemedy =
    "install the driver's video library (Debian: libnvcuvid1); in a container, set "
    "NVIDIA_DRIVER_CAPABILITIES=compute,utility,video";

Result<const NvcuvidApi*> load() {
  static NvcuvidApi api;
  static const SharedLibrary library("libnvcuvid.so.1");
  if (!library.found()) {
    return Error{ErrorKind::device, "NVDEC: the driver's library libnvcuvid.so.1 is not here (" + library.error() + ")",
                 kRemedy};
  }
#define LYN_LOAD(member, type, symbol)                                                                              \
  if (!library.load(api.member, symbol)) {                                                                          \
    return Error{ErrorKind::device, "NVDEC: libnvcuvid.so.1 has no " symbol, "install NVIDIA driver 525 or newer"}; \
  }
  LYN_NVCUVID_FUNCTIONS(LYN_LOAD)
#undef LYN_LOAD
  return &api;
}

}  // namespace

const Result<const NvcuvidApi*>& nvcuvid_api() {
  static const Result<const NvcuvidApi*> answer = load();
  return answer;
}

}  // namespace lyn::cuda
