#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/findings.h"
#include "device/cuda/cuda_facts.h"
#include "stages/infer/gpu_libraries_cuda.h"

namespace lyn {

namespace {

std::string decoders_text(const GpuFact& gpu) {
  std::string text;
  for (const NvdecFact& fact : gpu.decoders) {
    if (!fact.offered) continue;
    text += fmt::format("{}{} {}-bit {} up to {}x{}", text.empty() ? "" : ", ", fact.codec, fact.bit_depth, fact.chroma,
                        fact.max_width, fact.max_height);
  }
  return text.empty() ? "none" : text;
}

std::string absent_decoders_text(const GpuFact& gpu) {
  std::string text;
  for (const NvdecFact& fact : gpu.decoders) {
    if (fact.offered) continue;
    text += fmt::format("{}{} {}-bit {}", text.empty() ? "" : ", ", fact.codec, fact.bit_depth, fact.chroma);
  }
  return text;
}

Finding clocks(const std::string& name, const GpuFact& gpu) {
  const std::string what = name + " clocks";
  if (!gpu.throttled) return {what, false, "this GPU or its driver does not say whether they are held down", ""};
  if (gpu.throttled->empty()) return {what, true, "not held down", ""};
  return {what, false, fmt::format("held down: {}", fmt::join(*gpu.throttled, ", ")),
          "see to its cooling and power; nvidia-smi -q -d PERFORMANCE,TEMPERATURE,POWER says more"};
}

void add_gpu(const GpuFact& gpu, std::vector<Finding>& findings) {
  const std::string name = fmt::format("cuda:{}", gpu.ordinal);
  constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
  findings.push_back(
      {name, gpu.has_kernels,
       fmt::format("{}, compute {}.{}, {:.1f} of {:.1f} GiB free", gpu.name, gpu.compute_major, gpu.compute_minor,
                   static_cast<double>(gpu.free_bytes) / kGiB, static_cast<double>(gpu.memory_bytes) / kGiB),
       gpu.has_kernels ? "" : "build again with a CUDA toolkit that knows this GPU"});
  findings.push_back({name + " decode", true, decoders_text(gpu), ""});
  if (const std::string absent = absent_decoders_text(gpu); !absent.empty()) {
    findings.push_back({name + " decode", false, "not offered: " + absent, "use --device cpu for those"});
  }
  findings.push_back({name + " encode", gpu.encodes, gpu.encoder, ""});
  findings.push_back(clocks(name, gpu));
}

/// The libraries of one kind, together: which are here, or which are missing and what brings them.
Finding inference_libraries(const char* name, GpuLibraries kind) {
  const auto missing = missing_gpu_libraries(kind);
  if (missing.empty()) return {name, true, fmt::format("{}", fmt::join(gpu_library_files(kind), ", ")), ""};
  return {name, false, fmt::format("not found here: {}", fmt::join(missing, ", ")), gpu_libraries_remedy(kind)};
}

}  // namespace

void add_cuda_findings(std::vector<Finding>& findings) {
  const CudaFacts facts = cuda_facts();
  findings.push_back(facts.why_not.empty() ? Finding{"device cuda", true, "usable", ""}
                                           : Finding{"device cuda", false, facts.why_not, facts.remedy});
  if (!facts.driver.empty()) {
    findings.push_back({"driver", true, fmt::format("{} (CUDA {})", facts.driver, facts.driver_cuda), ""});
  }
  findings.push_back(facts.built_with.empty()
                         ? Finding{"kernels", false, "this build has none: it was made without nvcc",
                                   "install a CUDA toolkit from 12 up and build again"}
                         : Finding{"kernels", true,
                                   fmt::format("built with CUDA {} for {}; lowest driver {}", facts.built_with,
                                               facts.architectures, facts.lowest_driver),
                                   ""});
  for (const LibraryFact& library : facts.libraries) {
    findings.push_back({library.file, library.found, library.purpose, library.remedy});
  }
  findings.push_back(inference_libraries("infer on cuda", GpuLibraries::provider));
  findings.push_back(inference_libraries("CUDA libraries", GpuLibraries::cuda));
  findings.push_back(inference_libraries("TensorRT", GpuLibraries::tensorrt));
  for (const GpuFact& gpu : facts.gpus) add_gpu(gpu, findings);
}

}  // namespace lyn
