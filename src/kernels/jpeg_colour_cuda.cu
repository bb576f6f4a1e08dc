#include "kernels/jpeg_colour.h"

extern "C" __global__ void lyn_jpeg_colour(lyn::JpegColourArgs args) {
  const int bx = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int by = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (bx >= args.width / 2 || by >= args.height / 2) return;
  lyn::jpeg_colour::block(args, bx, by);
}
