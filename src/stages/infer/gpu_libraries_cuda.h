#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace lyn {

/// What inference on `cuda` loads at run time, by who brings it (`./lynceus setup gpu`).
enum class GpuLibraries {
  provider,  ///< ONNX Runtime's CUDA provider, beside its core
  cuda,      ///< CUDA's own libraries and cuDNN
  tensorrt,  ///< ONNX Runtime's TensorRT provider and NVIDIA's TensorRT
};

/// The folder of ONNX Runtime's core, the only one in which it looks for its providers.
std::string provider_folder();

/// The files of a kind, as they are asked for.
std::span<const char* const> gpu_library_files(GpuLibraries kind);

/// Those of them that are not here. A provider must lie in `folder`; others may also be where the loader
/// looks, or in /usr/local/cuda/lib64. What is found is loaded, and stays: the provider's own
/// dependencies then resolve to it, so that nobody has to set LD_LIBRARY_PATH.
std::vector<std::string> missing_gpu_libraries(GpuLibraries kind, const std::string& folder = provider_folder());

/// What to do about missing files of a kind.
std::string gpu_libraries_remedy(GpuLibraries kind);

/// Loads what a session needs: the provider and CUDA's libraries and, with `tensorrt`, TensorRT's. Error
/// `device`: names the missing files and what brings them.
Status load_gpu_libraries(bool tensorrt, const std::string& folder = provider_folder());

/// The version of the TensorRT that is loaded ("10.14.1"); empty without one.
std::string tensorrt_version();

}  // namespace lyn
