#include "kernels/compose.h"

extern "C" __global__ void lyn_compose(lyn::ComposeArgs args) {
  const int bx = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int by = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (bx >= args.width / 2 || by >= args.height / 2) return;
  lyn::compose::block(args, lyn::compose::view_of(args), bx, by);
}
