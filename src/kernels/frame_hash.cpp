#include "kernels/frame_hash.h"

#include <algorithm>
#include <array>

#include "kernels/simd_versions.h"

namespace lyn {
namespace {

/// The weights as two halves, since vector units multiply 32 by 32 bits.
struct Weights {
  std::array<std::uint32_t, frame_hash::kSegment> low{};
  std::array<std::uint32_t, frame_hash::kSegment> high{};
};

constexpr Weights make_weights() {
  Weights weights;
  for (int i = 0; i < frame_hash::kSegment; ++i) {
    const std::uint64_t weight = frame_hash::weight(i);
    weights.low[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(weight);
    weights.high[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(weight >> 32);
  }
  return weights;
}
constexpr Weights kWeights = make_weights();

/// Sum of value * weight mod 2^64. The product with the low half is exact in 64 bits; of the one with the high half
/// only 32 bits count, so a 32-bit product is enough.
template <class Sample, int step>
inline std::uint64_t segment_sum(const Sample* __restrict from, int count, int zeros) {
  std::uint64_t low = 0;
  std::uint32_t high = 0;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::uint32_t value = static_cast<std::uint32_t>(from[at * step]) >> zeros;
    low += static_cast<std::uint64_t>(value) * kWeights.low[at];
    high += value * kWeights.high[at];
  }
  return low + (static_cast<std::uint64_t>(high) << 32);
}

template <class Sample, int step>
inline std::uint64_t channel_sum(const FrameHashArgs& args, int index) {
  const FrameHashArgs::Channel& channel = args.channels[index];
  const int zeros = sizeof(Sample) == 1 ? 0 : args.low_zero_bits;
  std::uint64_t total = 0;
  for (int y = 0; y < channel.height; ++y) {
    const auto* row = reinterpret_cast<const Sample*>(channel.data.host_view() + y * channel.pitch);
    for (int x = 0; x < channel.width; x += frame_hash::kSegment) {
      const int count = std::min(frame_hash::kSegment, channel.width - x);
      const std::uint64_t sum = segment_sum<Sample, step>(row + static_cast<std::int64_t>(x) * step, count, zeros);
      total += frame_hash::place(sum, index, y, x / frame_hash::kSegment);
    }
  }
  return total;
}

template <class Sample>
inline std::uint64_t frame_sum(const FrameHashArgs& args) {
  std::uint64_t total = 0;
  for (int i = 0; i < args.channel_count; ++i) {
    total += args.channels[i].step == 1 ? channel_sum<Sample, 1>(args, i) : channel_sum<Sample, 2>(args, i);
  }
  return total;
}

void add_frame(const void* raw) {
  const auto& args = *static_cast<const FrameHashArgs*>(raw);
  *args.result.host_view() += args.sample_bytes == 1 ? frame_sum<std::uint8_t>(args) : frame_sum<std::uint16_t>(args);
}

void run_begin(const void* raw, Grid) {
  const auto& args = *static_cast<const FrameHashArgs*>(raw);
  *args.result.host_view() = frame_hash::begin(args);
}

}  // namespace

FrameHashArgs frame_hash_args(const Image& image, Address<std::uint64_t> result) {
  const PixelFormat& format = image.format;
  const bool pairs = format.layout == Layout::semi_planar;
  FrameHashArgs args{};
  args.result = result;
  args.channel_count = format.chroma == Chroma::grey ? 1 : 3;
  args.sample_bytes = format.sample_bytes();
  args.low_zero_bits = format.high_bits ? 16 - format.bit_depth : 0;
  for (int i = 0; i < args.channel_count; ++i) {
    const Plane& plane = image.planes[static_cast<std::size_t>(pairs ? std::min(i, 1) : i)];
    const int first = pairs && i == 2 ? args.sample_bytes : 0;
    args.channels[i] = {plane.data.offset_bytes(first).as<const std::uint8_t>(), plane.pitch, plane.width, plane.height,
                        pairs && i > 0 ? 2 : 1};
  }
  return args;
}

Grid frame_hash_grid(const FrameHashArgs& args) {
  const int segments = (args.channels[0].width + frame_hash::kSegment - 1) / frame_hash::kSegment;
  return {static_cast<unsigned>(segments * frame_hash::kLanes), static_cast<unsigned>(args.channels[0].height),
          static_cast<unsigned>(args.channel_count)};
}

const Kernel kFrameHashBegin{"lyn_frame_hash_begin", run_begin, {1, 1, 1}};
// A warp is one segment: the block's x must stay kLanes.
const Kernel kFrameHash{"lyn_frame_hash", fastest<add_frame>(), {frame_hash::kLanes, 8, 1}};

}  // namespace lyn
