#include "device/cuda/driver_api.h"

#include <algorithm>
#include <array>

#include "device/cuda/shared_library.h"

namespace lyn::cuda {
namespace {

struct Remedy {
  int result;
  const char* text;
};

constexpr std::array kRemedies = {
    Remedy{result::kOutOfMemory,
           "use fewer cameras, a smaller batch or model, or free GPU memory (nvidia-smi shows who holds it)"},
    Remedy{result::kNoDevice,
           "check that nvidia-smi lists a GPU and that CUDA_VISIBLE_DEVICES does not hide it; in a container, pass the "
           "GPU in (--gpus all)"},
    Remedy{result::kInvalidDevice, "name a GPU that nvidia-smi lists (cuda:0 is the first)"},
    Remedy{result::kDevicesUnavailable,
           "another process holds the GPU exclusively (nvidia-smi shows the compute mode)"},
    Remedy{result::kNoBinaryForGpu,
           "build with LYN_CUDA_ARCHS left empty, which covers every GPU that the compiler knows"},
    Remedy{result::kUnsupportedPtxVersion, "install a newer NVIDIA driver (`lynceus doctor` names the lowest)"},
    Remedy{result::kInvalidPtx, "install a newer NVIDIA driver (`lynceus doctor` names the lowest)"},
    Remedy{result::kSystemNotReady, "start nvidia-fabricmanager, or wait until it runs"},
    Remedy{result::kSystemDriverMismatch,
           "the driver was updated while loaded: reboot, so that kernel module and libraries agree"},
    Remedy{result::kCompatNotSupportedOnDevice, "remove the cuda-compat package, or install a newer NVIDIA driver"},
    Remedy{result::kNotFound, "build again: the kernels inside this program do not match it"},
    Remedy{result::kUnknown, "reload the NVIDIA driver (nvidia-modprobe -u) or reboot; dmesg says why"},
};

constexpr std::array kSticky = {
    result::kDeinitialized, result::kContextIsDestroyed, result::kEccUncorrectable, result::kNvlinkUncorrectable,
    result::kContained,     result::kLaunchTimeout,      result::kUnknown};

Error no_library(const std::string& loader_says) {
  return {ErrorKind::device, "CUDA: the NVIDIA driver's library libcuda.so.1 is not here (" + loader_says + ")",
          "install the NVIDIA driver (in a container, pass the GPU in with --gpus all), or use --device cpu"};
}

Error missing_symbol(const char* symbol) {
  return {ErrorKind::device, std::string("CUDA: the NVIDIA driver is too old: its libcuda.so.1 has no ") + symbol,
          "install driver 525 or newer"};
}

Result<const DriverApi*> load() {
  static DriverApi api;
  static const SharedLibrary library("libcuda.so.1");
  if (!library.found()) return no_library(library.error());
#define LYN_LOAD(member, symbol, parameters) \
  if (!library.load(api.member, symbol)) return missing_symbol(symbol);
  LYN_CUDA_FUNCTIONS(LYN_LOAD)
#undef LYN_LOAD
  if (const CUresult answer = api.init(0); answer != CUDA_SUCCESS) {
    return cuda_error(answer, "CUDA cannot start: cuInit");
  }
  api.driver_version(&api.version);
  return &api;
}

std::string text_of(CUresult result, CUresult (*ask)(CUresult, const char**)) {
  const char* text = nullptr;
  if (ask == nullptr || ask(result, &text) != CUDA_SUCCESS || text == nullptr) return {};
  return text;
}

}  // namespace

const Result<const DriverApi*>& driver_api() {
  static const Result<const DriverApi*> answer = load();
  return answer;
}

std::string describe(CUresult result) {
  static const SharedLibrary library("libcuda.so.1");
  CUresult (*error_name)(CUresult, const char**) = nullptr;
  CUresult (*error_string)(CUresult, const char**) = nullptr;
  library.load(error_name, "cuGetErrorName");
  library.load(error_string, "cuGetErrorString");
  const std::string name = text_of(result, error_name);
  if (name.empty()) return "CUDA error " + std::to_string(static_cast<int>(result));
  return name + " (" + text_of(result, error_string) + ")";
}

Error cuda_error(CUresult result, const char* call) {
  const auto known = std::ranges::find(kRemedies, static_cast<int>(result), &Remedy::result);
  std::string remedy = known == kRemedies.end() ? "" : known->text;
  if (remedy.empty() && is_sticky(result)) {
    remedy = "this process cannot use the GPU any more: restart it; dmesg and nvidia-smi -q say why";
  }
  return {ErrorKind::device, std::string(call) + ": " + describe(result), std::move(remedy)};
}

bool is_sticky(CUresult result) {
  const int code = static_cast<int>(result);
  if (code == result::kIllegalAddress) return true;
  if (code >= result::kHardwareStackError && code <= result::kLaunchFailed) return true;  // 714..719: kernel faults
  return std::ranges::find(kSticky, code) != kSticky.end();
}

}  // namespace lyn::cuda
