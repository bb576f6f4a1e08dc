// Output decoding of RT-DETR and D-FINE, a thread an anchor. The arithmetic is detr_head.h's.
#include "kernels/detr_head.h"

extern "C" __global__ void lyn_detr_head(lyn::DetrArgs args) {
  const int anchor = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (anchor < args.candidates.anchors) lyn::detr_decode(args, static_cast<int>(blockIdx.y), anchor);
}

extern "C" __global__ void lyn_detr_deploy_head(lyn::DetrDeployArgs args) {
  const int anchor = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (anchor < args.candidates.anchors) lyn::detr_deploy_decode(args, static_cast<int>(blockIdx.y), anchor);
}
