// Motion detection, a thread a cell or a line. The arithmetic is that of motion_align.h, motion_model.h and
// motion_components.h; counters and labels go through atomics, whose results do not depend on their order.
#include "kernels/motion_components.h"

namespace {

using lyn::MotionArgs;

template <void (*step)(const MotionArgs&, int, int)>
__device__ void by_cells(const MotionArgs& args) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x < args.width && y < args.height) step(args, x, y);
}

template <void (*step)(const MotionArgs&, int)>
__device__ void by_items(const MotionArgs& args, int count) {
  const int item = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (item < count) step(args, item);
}

}  // namespace

extern "C" {

__global__ void lyn_motion_begin(MotionArgs args) {
  by_items<lyn::motion::begin>(args, lyn::kMotionHistograms * lyn::kMotionChangeBins);
}
__global__ void lyn_motion_reduce(MotionArgs args) {
  by_cells<lyn::motion::reduce>(args);
}
__global__ void lyn_motion_profile(MotionArgs args) {
  by_items<lyn::motion::profile>(args, 2 * (args.width + args.height));
}
__global__ void lyn_motion_align(MotionArgs args) {
  by_items<lyn::motion::align>(args, 2 * (2 * lyn::kMotionReach + 1));
}
__global__ void lyn_motion_choose(MotionArgs args) {
  if (threadIdx.x == 0) lyn::motion::choose(args);
}
__global__ void lyn_motion_range(MotionArgs args) {
  by_cells<lyn::motion::range>(args);
}
__global__ void lyn_motion_compare(MotionArgs args) {
  by_cells<lyn::motion::compare>(args);
}
__global__ void lyn_motion_tone(MotionArgs args) {
  by_items<lyn::motion::tone>(args, lyn::kMotionHistograms);
}
__global__ void lyn_motion_toned(MotionArgs args) {
  if (threadIdx.x == 0) lyn::motion::toned(args);
}
__global__ void lyn_motion_recount(MotionArgs args) {
  by_cells<lyn::motion::recount>(args);
}
__global__ void lyn_motion_decide(MotionArgs args) {
  if (threadIdx.x == 0) lyn::motion::decide(args);
}
__global__ void lyn_motion_classify(MotionArgs args) {
  by_cells<lyn::motion::classify>(args);
}
__global__ void lyn_motion_clean(MotionArgs args) {
  by_cells<lyn::motion::clean>(args);
}
__global__ void lyn_motion_update(MotionArgs args) {
  by_cells<lyn::motion::update>(args);
}
__global__ void lyn_motion_widen(MotionArgs args) {
  by_cells<lyn::motion::widen>(args);
}
__global__ void lyn_motion_heighten(MotionArgs args) {
  by_cells<lyn::motion::heighten>(args);
}
__global__ void lyn_motion_prepare(MotionArgs args) {
  by_cells<lyn::motion::prepare>(args);
}
__global__ void lyn_motion_merge(MotionArgs args) {
  by_cells<lyn::motion::merge>(args);
}
__global__ void lyn_motion_measure(MotionArgs args) {
  by_cells<lyn::motion::measure>(args);
}
__global__ void lyn_motion_gather(MotionArgs args) {
  by_cells<lyn::motion::gather>(args);
}

}  // extern "C"
