#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "device/cuda/context.h"

namespace lyn::cuda {

/// One fat binary inside this program: machine code for many GPUs, and PTX.
struct KernelImage {
  const char* source;  ///< "letterbox_cuda"
  const void* bytes;
  std::size_t size;
};

/// What nvcc made of src/kernels/*_cuda.cu for this build; no images without nvcc (cmake/cuda.cmake).
struct EmbeddedKernels {
  std::span<const KernelImage> images;
  std::string_view architectures;  ///< "75 80 … 121", empty without nvcc
  int toolkit_version = 0;         ///< 13000 for CUDA 13.0; 0 without nvcc
};
const EmbeddedKernels& embedded_kernels();

/// The kernels of one GPU: loaded at start, found by name. find() takes no lock and allocates nothing
/// once a name is known; names are compared by address first (they are literals).
class KernelTable {
 public:
  static Result<std::unique_ptr<KernelTable>> load(ContextRef context);
  ~KernelTable();
  KernelTable(const KernelTable&) = delete;
  KernelTable& operator=(const KernelTable&) = delete;

  Result<CUfunction> find(const char* name);

 private:
  struct Slot {
    std::atomic<const char*> name{nullptr};  ///< published after `function`
    CUfunction function = nullptr;
  };
  static constexpr std::size_t kSlots = 512;  ///< a power of two, many times the kernels we have

  explicit KernelTable(ContextRef context) : context_(std::move(context)) {}
  Result<CUfunction> resolve(const char* name);

  ContextRef context_;
  std::vector<CUmodule> modules_;
  std::array<Slot, kSlots> slots_;
  std::mutex mutex_;
};

}  // namespace lyn::cuda
