#include "kernels/letterbox_area.h"

namespace {
template <class Sample>
__device__ void letterbox_area_grid(const lyn::LetterboxArgs& args) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x < args.slot_width && y < args.slot_height) lyn::letterbox_area::slot_pixel<Sample>(args, x, y);
}
}  // namespace

extern "C" __global__ void lyn_letterbox_area8(lyn::LetterboxArgs args) {
  letterbox_area_grid<std::uint8_t>(args);
}

extern "C" __global__ void lyn_letterbox_area16(lyn::LetterboxArgs args) {
  letterbox_area_grid<std::uint16_t>(args);
}
