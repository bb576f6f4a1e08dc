#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What `doctor` says of CUDA here. No CUDA types: any room above may read it.
namespace lyn {

/// What NVDEC answers for one kind of stream.
struct NvdecFact {
  std::string codec;  ///< FFmpeg's name
  int bit_depth = 8;
  std::string chroma;  ///< "4:2:0"
  bool offered = false;
  int engines = 0;  ///< NVDEC units that take it; 0 when the driver does not say
  int max_width = 0, max_height = 0;
  int min_width = 0, min_height = 0;
};

struct GpuFact {
  int ordinal = 0;
  std::string name;
  int compute_major = 0, compute_minor = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t free_bytes = 0;
  bool has_kernels = false;  ///< this build's machine code or PTX runs on it
  std::vector<NvdecFact> decoders;
  bool encodes = false;
  std::string encoder;  ///< what NVENC answered, in words
  /// Why its clocks are held down just now (GaugeReading).
  std::optional<std::vector<std::string>> throttled;
};

/// A library that is loaded at run time.
struct LibraryFact {
  std::string file;
  std::string purpose;
  bool found = false;
  std::string remedy;  ///< when it is missing
};

struct CudaFacts {
  std::string why_not;  ///< empty: CUDA can be used
  std::string remedy;
  std::string driver;         ///< "580.159.04"; empty when unknown
  std::string driver_cuda;    ///< "13.0": what the driver speaks
  std::string built_with;     ///< "13.0": the toolkit of this build's kernels; empty without nvcc
  std::string architectures;  ///< "75 80 86 …" as compiled in
  std::string lowest_driver;  ///< that runs this build's kernels
  std::vector<LibraryFact> libraries;
  std::vector<GpuFact> gpus;
};

/// Asks everything that can be asked here; never fails. Takes a context on each GPU for a moment.
CudaFacts cuda_facts();

}  // namespace lyn
