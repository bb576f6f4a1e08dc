// A classifier's highest classes, a block a slot, a thread a lane. The arithmetic is classify.h's.
#include "kernels/classify.h"

namespace {

using lyn::kClassLanes;

__device__ lyn::Softmax softmax_of(const lyn::ClassifyArgs& args, int slot, int lane, float* shared) {
  if (!args.logits) return {};
  shared[lane] = lyn::lane_largest(args, slot, lane);
  __syncthreads();
  float largest = shared[0];
  for (int i = 1; i < kClassLanes; ++i) largest = shared[i] > largest ? shared[i] : largest;
  __syncthreads();
  shared[lane] = lyn::lane_sum(args, slot, lane, largest);
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < kClassLanes; ++i) sum += shared[i];
  return {largest, sum};
}

}  // namespace

extern "C" __global__ void __launch_bounds__(lyn::kClassLanes) lyn_classify(lyn::ClassifyArgs args) {
  __shared__ float values[kClassLanes];
  __shared__ std::uint64_t keys[kClassLanes];
  const int slot = static_cast<int>(blockIdx.y);
  const int lane = static_cast<int>(threadIdx.x);
  const lyn::Softmax softmax = softmax_of(args, slot, lane, values);
  lyn::TopClasses& top = args.results.host_view()[slot];
  const int wanted = args.classes < lyn::kTopClasses ? args.classes : lyn::kTopClasses;
  std::uint64_t limit = ~std::uint64_t{0};
  for (int count = 0; count < wanted; ++count) {
    keys[lane] = lyn::lane_best(args, slot, lane, softmax, limit);
    __syncthreads();
    limit = keys[0];
    for (int i = 1; i < kClassLanes; ++i) limit = keys[i] > limit ? keys[i] : limit;
    if (lane == 0) top.classes[count] = lyn::class_of_key(limit);
    __syncthreads();
  }
  if (lane == 0) top.count = wanted;
}
