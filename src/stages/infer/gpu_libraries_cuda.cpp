#include "stages/infer/gpu_libraries_cuda.h"

#include <dlfcn.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace lyn {
namespace {

namespace fs = std::filesystem;

constexpr std::array kProviderFiles{"libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"};
/// In an order in which each finds loaded what it needs.
constexpr std::array kCudaFiles{"libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13",
                                "libcurand.so.10", "libnvrtc.so.13",    "libcudnn.so.9"};
constexpr std::array kTensorRtFiles{"libonnxruntime_providers_tensorrt.so", "libnvinfer.so.10",
                                    "libnvonnxparser.so.10"};
constexpr const char* kToolkit = "/usr/local/cuda/lib64";

bool is_provider(const std::string& file) {
  return file.starts_with("libonnxruntime_providers_");
}

/// Beside the core first: what was brought together belongs together.
bool load(const std::string& folder, const std::string& file) {
  std::error_code ignored;
  if (is_provider(file)) return fs::exists(fs::path(folder) / file, ignored);  // ONNX Runtime's to load
  const std::array<std::string, 3> places{fs::path(folder) / file, file, fs::path(kToolkit) / file};
  return std::ranges::any_of(
      places, [](const std::string& place) { return dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL) != nullptr; });
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string provider_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&OrtGetApiBase), &info) == 0 || info.dli_fname == nullptr) return ".";
  std::error_code ignored;
  return fs::absolute(info.dli_fname, ignored).parent_path().string();
}

std::span<const char* const> gpu_library_files(GpuLibraries kind) {
  switch (kind) {
    case GpuLibraries::provider:
      return kProviderFiles;
    case GpuLibraries::cuda:
      return kCudaFiles;
    case GpuLibraries::tensorrt:
      break;
  }
  return kTensorRtFiles;
}

std::vector<std::string> missing_gpu_libraries(GpuLibraries kind, const std::string& folder) {
  std::vector<std::string> missing;
  for (const char* file : gpu_library_files(kind)) {
    if (!load(folder, file)) missing.emplace_back(file);
  }
  return missing;
}

std::string gpu_libraries_remedy(GpuLibraries kind) {
  switch (kind) {
    case GpuLibraries::provider:
      return "run ./lynceus setup gpu";
    case GpuLibraries::cuda:
      return "run ./lynceus setup gpu --cuda, or install CUDA 13 and cuDNN 9";
    case GpuLibraries::tensorrt:
      break;
  }
  return "run ./lynceus setup gpu --tensorrt";
}

Status load_gpu_libraries(bool tensorrt, const std::string& folder) {
  for (const auto kind : {GpuLibraries::provider, GpuLibraries::cuda, GpuLibraries::tensorrt}) {
    if (kind == GpuLibraries::tensorrt && !tensorrt) continue;
    const auto missing = missing_gpu_libraries(kind, folder);
    if (missing.empty()) continue;
    return Error{ErrorKind::device,
                 "inference on cuda needs " + join(missing) + ", which ONNX Runtime in " + folder + " cannot find",
                 gpu_libraries_remedy(kind)};
  }
  return {};
}

/// NvInferRuntimeBase.h: major * 10000 + minor * 100 + patch since TensorRT 10.
std::string tensorrt_version() {
  void* const library = dlopen("libnvinfer.so.10", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return {};
  const auto version = reinterpret_cast<int (*)()>(dlsym(library, "getInferLibVersion"));
  if (version == nullptr) return {};
  const int number = version();
  return std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) + "." + std::to_string(number % 100);
}

}  // namespace lyn
