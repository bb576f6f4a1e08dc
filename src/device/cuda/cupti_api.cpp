#include "device/cuda/cupti_api.h"

#include <dlfcn.h>
#include <glob.h>

#include <array>
#include <vector>

#include "device/cuda/driver_api.h"
#include "device/cuda/shared_library.h"

namespace lyn::cupti {
namespace {

constexpr const char* kRemedy =
    "install CUPTI (with the CUDA toolkit, or PyPI's nvidia-cuda-cupti) of the driver's CUDA and put its folder into "
    "LD_LIBRARY_PATH, or set witnesses: off";

/// Where libcupti lies when the loader does not know it: extras of a toolkit, Debian's multiarch folder
/// of NVIDIA's packages, wheels of the distribution's and of one's own Python.
constexpr std::array kFolders = {
    "/usr/local/cuda/extras/CUPTI/lib64",
    "/usr/local/cuda*/extras/CUPTI/lib64",
    "/usr/local/cuda/lib64",
    "/usr/local/cuda*/lib64",
    "/usr/local/cuda*/targets/*/lib",
    "/usr/local/cuda*/lib",
    "/opt/cuda/extras/CUPTI/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/local/lib/python3*/*-packages/nvidia/*/lib",
    "/usr/lib/python3*/*-packages/nvidia/*/lib",
    "/opt/*/lib/python3*/*-packages/nvidia/*/lib",
};

std::vector<std::string> places(const std::string& name) {
  std::vector<std::string> files{name};
  for (const char* folder : kFolders) {
    glob_t found{};
    if (glob((std::string(folder) + "/" + name).c_str(), 0, nullptr, &found) == 0) {
      files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
  }
  return files;
}

/// CUPTI follows the CUDA generation of the driver; a newer one than the driver is not compatible.
std::vector<std::string> names() {
  constexpr int kCuda13 = 13'000;
  const auto& driver = cuda::driver_api();
  if (driver && (*driver)->version < kCuda13) return {"libcupti.so.12"};
  return {"libcupti.so.13", "libcupti.so.12"};
}

std::string path_of(const void* function) {
  Dl_info info{};
  return dladdr(function, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

Result<const CuptiApi*> load() {
  static CuptiApi api;
  std::string loader_says;
  for (const std::string& name : names()) {
    for (const std::string& file : places(name)) {
      const cuda::SharedLibrary library(file.c_str());
      if (loader_says.empty()) loader_says = library.error();
      if (!library.found()) continue;
#define LYN_LOAD(member, symbol, parameters)                                                                    \
  if (!library.load(api.member, symbol)) {                                                                      \
    return Error{ErrorKind::device, "CUPTI: " + file + " has no " symbol, "install CUPTI of CUDA 12 or newer"}; \
  }
      LYN_CUPTI_FUNCTIONS(LYN_LOAD)
#undef LYN_LOAD
      api.file = path_of(reinterpret_cast<const void*>(api.version));
      return &api;
    }
  }
  return Error{ErrorKind::device, "CUPTI: the library libcupti.so is not here (" + loader_says + ")", kRemedy};
}

}  // namespace

const Result<const CuptiApi*>& cupti_api() {
  static const Result<const CuptiApi*> answer = load();
  return answer;
}

/// From CUDA 13.0 on versions read 130001 (13.0, patch 1); before, they just count (cupti_version.h).
std::string CuptiApi::version_text() const {
  constexpr std::uint32_t kFirstByCuda = 130'000;
  std::uint32_t number = 0;
  if (version == nullptr || version(&number) != kSuccess) return "unknown";
  if (number < kFirstByCuda) return "API " + std::to_string(number);
  return std::to_string(number / 10'000) + "." + std::to_string(number / 100 % 100) + "." +
         std::to_string(number % 100);
}

std::string describe(const CuptiApi& api, Code code) {
  const char* text = nullptr;
  if (api.result_text == nullptr || api.result_text(code, &text) != kSuccess || text == nullptr) {
    return "CUPTI error " + std::to_string(code);
  }
  return text;
}

}  // namespace lyn::cupti
