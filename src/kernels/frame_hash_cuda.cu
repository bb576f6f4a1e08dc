#include "kernels/frame_hash.h"

extern "C" __global__ void lyn_frame_hash_begin(lyn::FrameHashArgs args) {
  if (blockIdx.x == 0 && threadIdx.x == 0) *args.result.host_view() = lyn::frame_hash::begin(args);
}

/// A warp a segment: its lanes read neighbouring samples, then add up. Blocks are {kLanes, n, 1}, so that
/// lanes of a warp share row and plane and leave together.
extern "C" __global__ void lyn_frame_hash(lyn::FrameHashArgs args) {
  using namespace lyn::frame_hash;
  const int segment = static_cast<int>(blockIdx.x);
  const int row = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  const int index = static_cast<int>(blockIdx.z);
  const lyn::FrameHashArgs::Channel& channel = args.channels[index];
  const int first = segment * kSegment;
  if (row >= channel.height || first >= channel.width) return;
  const std::uint8_t* samples = channel.data.host_view() + row * channel.pitch;
  const int count = channel.width - first < kSegment ? channel.width - first : kSegment;
  std::uint64_t sum = 0;
  for (int i = static_cast<int>(threadIdx.x); i < count; i += kLanes) {
    sum += static_cast<std::uint64_t>(sample(args, channel, samples, first + i)) * weight(i);
  }
  for (int lane = kLanes / 2; lane > 0; lane /= 2) sum += __shfl_down_sync(0xffffffffU, sum, lane);
  if (threadIdx.x == 0) {
    atomicAdd(reinterpret_cast<unsigned long long*>(args.result.host_view()),
              static_cast<unsigned long long>(place(sum, index, row, segment)));
  }
}
