#include "device/cuda/nvml_api.h"

#include "device/cuda/near_processors.h"
#include "device/cuda/shared_library.h"

namespace lyn::nvml {
namespace {

Result<const NvmlApi*> load() {
  static NvmlApi api;
  static const cuda::SharedLibrary library("libnvidia-ml.so.1");
  if (!library.found()) {
    return Error{ErrorKind::device,
                 "NVML: the driver's library libnvidia-ml.so.1 is not here (" + library.error() + ")",
                 "install libnvidia-ml1; in a container, add the capability utility"};
  }
#define LYN_LOAD(member, symbol, parameters)                                                                    \
  if (!library.load(api.member, symbol)) {                                                                      \
    return Error{ErrorKind::device, "NVML: libnvidia-ml.so.1 has no " symbol, "install a newer NVIDIA driver"}; \
  }
  LYN_NVML_FUNCTIONS(LYN_LOAD)
#undef LYN_LOAD
  library.load(api.error_text, "nvmlErrorString");
  if (const Code code = api.init(); code != kSuccess) {
    return Error{ErrorKind::device, "NVML: " + failure_text(api, "nvmlInit", code), "check that nvidia-smi works"};
  }
  return &api;
}

}  // namespace

std::string failure_text(const NvmlApi& api, const char* call, Code code) {
  const char* text = api.error_text == nullptr ? nullptr : api.error_text(code);
  return std::string(call) + ": " + (text == nullptr ? "NVML error " + std::to_string(code) : text);
}

Result<Device> device_at(const NvmlApi& api, int ordinal) {
  Device device = nullptr;
  const Code code = api.by_bus(cuda::bus_of(ordinal).c_str(), &device);
  if (code == kSuccess) return device;
  return Error{ErrorKind::device, failure_text(api, "nvmlDeviceGetHandleByPciBusId", code),
               "check that nvidia-smi lists this GPU"};
}

const Result<const NvmlApi*>& nvml_api() {
  static const Result<const NvmlApi*> answer = load();
  return answer;
}

}  // namespace lyn::nvml
