// Keypoints of kept boxes, a thread a point. The arithmetic is keypoints.h's.
#include "kernels/keypoints.h"

extern "C" __global__ void lyn_gather_keypoints(lyn::KeypointArgs args) {
  const int index = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (index < args.boxes * args.count) lyn::gather_keypoint(args, static_cast<int>(blockIdx.y), index);
}
