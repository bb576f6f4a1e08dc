#include "kernels/rgb_to_yuv.h"

extern "C" __global__ void lyn_rgb_to_yuv(lyn::RgbToYuvArgs args) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x < args.width && y < args.height) lyn::rgb_to_yuv::pixel(args, x, y);
}
