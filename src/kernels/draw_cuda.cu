#include "kernels/draw_paint.h"

extern "C" __global__ void lyn_draw(lyn::DrawArgs args) {
  const int bx = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int by = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (bx >= args.blocks_x || by >= args.blocks_y) return;
  lyn::draw::block(args, lyn::draw::view_of(args), args.block_x + bx, args.block_y + by);
}
