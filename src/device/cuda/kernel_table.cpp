#include "device/cuda/kernel_table.h"

#include <cstdint>

namespace lyn::cuda {

Result<std::unique_ptr<KernelTable>> KernelTable::load(ContextRef context) {
  std::unique_ptr<KernelTable> table(new KernelTable(context));
  LYN_CHECK(context->enter());
  for (const KernelImage& image : embedded_kernels().images) {
    CUmodule module = nullptr;
    const CUresult r = context->api().module_load(&module, image.bytes);
    if (auto loaded = context->check(r, "cuModuleLoadData"); !loaded) {
      Error error = loaded.error();
      error.what += std::string(" for the kernels of ") + image.source;
      return error;
    }
    table->modules_.push_back(module);
  }
  return table;
}

KernelTable::~KernelTable() {
  if (!context_->enter()) return;
  for (CUmodule module : modules_) context_->api().module_unload(module);
}

Result<CUfunction> KernelTable::find(const char* name) {
  std::size_t at = (reinterpret_cast<std::uintptr_t>(name) >> 3U) * 0x9E3779B97F4A7C15ULL >> 55U;
  static_assert(kSlots == 512, "the hash above keeps 9 bits");
  for (std::size_t probes = 0; probes < kSlots; ++probes, at = (at + 1) % kSlots) {
    const char* known = slots_[at].name.load(std::memory_order_acquire);
    if (known == name) return slots_[at].function;
    if (known != nullptr) continue;
    std::lock_guard lock(mutex_);
    if (slots_[at].name.load(std::memory_order_relaxed) != nullptr) return resolve(name);  // lost the race: next time
    LYN_TRY(CUfunction function, resolve(name));
    slots_[at].function = function;
    slots_[at].name.store(name, std::memory_order_release);
    return function;
  }
  return resolve(name);
}

Result<CUfunction> KernelTable::resolve(const char* name) {
  LYN_CHECK(context_->enter());
  for (CUmodule module : modules_) {
    CUfunction function = nullptr;
    const CUresult r = context_->api().module_function(&function, module, name);
    if (r == CUDA_SUCCESS) return function;
    if (static_cast<int>(r) != result::kNotFound) return context_->check(r, "cuModuleGetFunction").error();
  }
  return Error{ErrorKind::device, std::string("no kernel named ") + name + " is in this program's CUDA code",
               "build with nvcc from CUDA 12 or newer on PATH, or use --device cpu"};
}

}  // namespace lyn::cuda
