#include "device/cuda/cuda_facts.h"

#include <array>
#include <optional>

#include "device/cuda/context.h"
#include "device/cuda/cupti_api.h"
#include "device/cuda/kernel_table.h"
#include "device/cuda/nvcuvid_api.h"
#include "device/cuda/nvenc_probe.h"
#include "device/cuda/nvjpeg_api.h"
#include "device/cuda/nvml_api.h"
#include "device/cuda/nvml_gauge.h"
#include "device/cuda/shared_library.h"
#include "device/cuda/why_not.h"

namespace lyn {
namespace {

struct Library {
  const char* file;
  const char* purpose;
  const char* remedy;
};
constexpr std::array kLibraries = {
    Library{"libcuda.so.1", "the GPU itself",
            "install the NVIDIA driver; in a container, pass the GPU in (--gpus all)"},
    Library{"libnvcuvid.so.1", "decoding (NVDEC)",
            "install libnvcuvid1; in a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility,video"},
    Library{"libnvidia-encode.so.1", "encoding (NVENC)",
            "install libnvidia-encode1; in a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility,video"},
    Library{"libnvidia-ml.so.1", "measuring, and the PCIe counters of a --strict run (NVML)",
            "install libnvidia-ml1; in a container, add the capability utility"},
};

struct Kind {
  const char* codec;
  cudaVideoCodec id;
  int bit_depth;
  cudaVideoChromaFormat chroma;
  const char* chroma_text;
};
constexpr auto k420 = cudaVideoChromaFormat_420;
constexpr auto k444 = cudaVideoChromaFormat_444;
constexpr std::array kKinds = {
    Kind{"h264", cudaVideoCodec_H264, 8, k420, "4:2:0"},  Kind{"h264", cudaVideoCodec_H264, 10, k420, "4:2:0"},
    Kind{"hevc", cudaVideoCodec_HEVC, 8, k420, "4:2:0"},  Kind{"hevc", cudaVideoCodec_HEVC, 10, k420, "4:2:0"},
    Kind{"hevc", cudaVideoCodec_HEVC, 12, k420, "4:2:0"}, Kind{"hevc", cudaVideoCodec_HEVC, 8, k444, "4:4:4"},
    Kind{"vp9", cudaVideoCodec_VP9, 8, k420, "4:2:0"},    Kind{"vp9", cudaVideoCodec_VP9, 10, k420, "4:2:0"},
    Kind{"vp8", cudaVideoCodec_VP8, 8, k420, "4:2:0"},    Kind{"av1", cudaVideoCodec_AV1, 8, k420, "4:2:0"},
    Kind{"av1", cudaVideoCodec_AV1, 10, k420, "4:2:0"},   Kind{"mpeg4", cudaVideoCodec_MPEG4, 8, k420, "4:2:0"},
    Kind{"mjpeg", cudaVideoCodec_JPEG, 8, k420, "4:2:0"},
};

NvdecFact ask_nvdec(const cuda::NvcuvidApi& api, const Kind& kind) {
  CUVIDDECODECAPS caps{};
  caps.eCodecType = kind.id;
  caps.eChromaFormat = kind.chroma;
  caps.nBitDepthMinus8 = static_cast<unsigned>(kind.bit_depth - 8);
  NvdecFact fact{kind.codec, kind.bit_depth, kind.chroma_text};
  if (api.decoder_caps(&caps) != CUDA_SUCCESS || caps.bIsSupported == 0) return fact;
  fact.offered = true;
  fact.engines = caps.nNumNVDECs;
  fact.max_width = static_cast<int>(caps.nMaxWidth);
  fact.max_height = static_cast<int>(caps.nMaxHeight);
  fact.min_width = caps.nMinWidth;
  fact.min_height = caps.nMinHeight;
  return fact;
}

/// NVML alone knows the driver's own version.
std::string driver_version() {
  const auto& api = nvml::nvml_api();
  std::array<char, 96> text{};
  if (!api || (*api)->driver_version(text.data(), text.size()) != nvml::kSuccess) return {};
  return text.data();
}

LibraryFact cupti_fact() {
  const auto& api = cupti::cupti_api();
  const std::string purpose = "witnessing a --strict run (CUPTI)";
  if (!api) return {"libcupti.so", purpose, false, api.error().remedy};
  return {"libcupti.so", purpose + ": " + (*api)->version_text() + ", " + (*api)->file, true, ""};
}

LibraryFact nvjpeg_fact() {
  const auto& api = nvjpeg::nvjpeg_api();
  const std::string purpose = "JPEG snapshots and MJPEG video (nvJPEG)";
  if (!api) return {"libnvjpeg.so", purpose, false, api.error().remedy};
  return {"libnvjpeg.so", purpose + ": " + (*api)->file, true, ""};
}

GpuFact gpu_fact(const cuda::Context& context) {
  const cuda::DriverApi& api = context.api();
  GpuFact gpu;
  gpu.ordinal = context.ordinal();
  std::array<char, 256> name{};
  api.device_name(name.data(), static_cast<int>(name.size()), context.device());
  gpu.name = name.data();
  api.device_attribute(&gpu.compute_major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, context.device());
  api.device_attribute(&gpu.compute_minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, context.device());
  std::size_t free = 0;
  std::size_t total = 0;
  if (api.memory_info(&free, &total) == CUDA_SUCCESS) {
    gpu.free_bytes = free;
    gpu.memory_bytes = total;
  }
  return gpu;
}

std::optional<GpuFact> ask_gpu(int ordinal) {
  auto context = cuda::Context::open(ordinal);
  if (!context) return std::nullopt;
  GpuFact gpu = gpu_fact(**context);
  gpu.has_kernels = !cuda::embedded_kernels().images.empty() && cuda::KernelTable::load(*context).ok();
  if (const auto& nvdec = cuda::nvcuvid_api()) {
    for (const Kind& kind : kKinds) gpu.decoders.push_back(ask_nvdec(**nvdec, kind));
  }
  const cuda::NvencAnswer nvenc = cuda::ask_nvenc(**context);
  gpu.encodes = nvenc.encodes;
  gpu.encoder = nvenc.words;
  if (const auto gauge = open_nvml_gauge(ordinal)) gpu.throttled = (*gauge)->read().throttled;
  return gpu;
}

void add_driver(CudaFacts& facts) {
  const auto& driver = cuda::driver_api();
  if (!driver) return;
  facts.driver = driver_version();
  facts.driver_cuda = cuda::version_text((*driver)->version);
  int count = 0;
  (*driver)->device_count(&count);
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    if (auto gpu = ask_gpu(ordinal)) facts.gpus.push_back(std::move(*gpu));
  }
}

}  // namespace

CudaFacts cuda_facts() {
  CudaFacts facts;
  if (const auto reason = cuda::why_not()) {
    facts.why_not = reason->what;
    facts.remedy = reason->remedy;
  }
  const cuda::EmbeddedKernels& kernels = cuda::embedded_kernels();
  if (kernels.toolkit_version > 0) facts.built_with = cuda::version_text(kernels.toolkit_version);
  facts.architectures = kernels.architectures;
  facts.lowest_driver = cuda::lowest_driver();
  for (const Library& library : kLibraries) {
    const bool found = cuda::SharedLibrary(library.file).found();
    facts.libraries.push_back({library.file, library.purpose, found, found ? "" : library.remedy});
  }
  facts.libraries.push_back(nvjpeg_fact());
  facts.libraries.push_back(cupti_fact());
  add_driver(facts);
  return facts;
}

}  // namespace lyn
