// YOLOX's output decoding, a thread an anchor. The arithmetic is yolox_head.h's.
#include "kernels/yolox_head.h"

extern "C" __global__ void lyn_yolox_head(lyn::YoloxArgs args) {
  const int anchor = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (anchor >= args.candidates.anchors) return;
  lyn::yolox_decode(args, static_cast<int>(blockIdx.y), anchor);
}
