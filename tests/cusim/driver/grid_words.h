#pragma once

// What nvcc knows by itself, for kernels whose threads do not talk to each other: they run one after the other.

#define __global__
#define __device__

namespace cusim {
struct GridPlace {
  unsigned x = 0, y = 0, z = 0;
};
}  // namespace cusim

// One kernel runs at a time: the lock of Machine sees to it.
static cusim::GridPlace blockIdx, threadIdx, blockDim;
