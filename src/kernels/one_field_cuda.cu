#include "kernels/one_field.h"

extern "C" __global__ void lyn_one_field(lyn::OneFieldArgs args) {
  using namespace lyn::one_field;
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  const lyn::OneFieldArgs::Channel& channel = args.channels[blockIdx.z];
  if (x >= channel.samples || y >= channel.rows) return;
  const Rows rows = sources_of(y, channel.rows, args.kept);
  const std::uint8_t* above = channel.from.host_view() + rows.above * channel.from_pitch;
  const std::uint8_t* below = channel.from.host_view() + rows.below * channel.from_pitch;
  std::uint8_t* to = channel.to.host_view() + y * channel.to_pitch;
  if (args.sample_bytes == 1) {
    to[x] = static_cast<std::uint8_t>(mean(above[x], below[x], 0));
    return;
  }
  reinterpret_cast<std::uint16_t*>(to)[x] =
      static_cast<std::uint16_t>(mean(reinterpret_cast<const std::uint16_t*>(above)[x],
                                      reinterpret_cast<const std::uint16_t*>(below)[x], args.low_zero_bits));
}
