#include "kernels/scene.h"

/// One block of threads: a thread a cell.
extern "C" __global__ void lyn_scene_look(lyn::SceneArgs args) {
  const int column = static_cast<int>(threadIdx.x);
  const int row = static_cast<int>(threadIdx.y);
  if (blockIdx.x == 0 && blockIdx.y == 0) lyn::scene::look(args, column, row);
}

extern "C" __global__ void lyn_scene_follow(lyn::SceneArgs args) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x < args.width && y < args.height) lyn::scene::follow(args, x, y);
}
