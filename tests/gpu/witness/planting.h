#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/kernel_table.h"
#include "engine/engine.h"
#include "gpu/on_gpu.h"

namespace lyn {

/// What a planted violation has at hand: the device behind the run, a stream of its own, and our kernels
/// loaded once more (before warm-up, so that only the plant itself does anything).
struct Ground {
  Device* device = nullptr;
  cuda::ContextRef context;
  std::unique_ptr<Stream> stream;
  std::unique_ptr<cuda::KernelTable> kernels;
  [[nodiscard]] const cuda::DriverApi& api() const { return context->api(); }
};

/// Called once, in stage "decode" of the frame that was asked for.
using Plant = std::function<void(Ground&, const Image&)>;

struct PlantOptions {
  std::string witnesses = "on";
  bool strict = true;
  int frame = 10;    ///< warm-up ends after 64
  bool hash = true;  ///< a result that crosses, so that there is something to agree about
};

/// A run of decode and letterbox over a sample on the GPU, watched, with `plant` in it.
RunOutcome run_with(const Plant& plant, const PlantOptions& options = {});

/// The same as a process would end: exits with 4 for a violation, 1 for another error, 0 otherwise. The
/// summary's witnesses go to stderr.
[[noreturn]] void exit_after_run_with(const Plant& plant, const PlantOptions& options = {});

}  // namespace lyn
