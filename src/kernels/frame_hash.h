#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// 64 bits over the sample values of a picture's planes, without padding bytes: equal for planar and
/// semi-planar forms, and for samples in the high or the low bits of their 16. Not a cryptographic hash.
///
/// Every row is cut into segments of up to kSegment samples. A segment is a multilinear hash,
/// the sum of value * weight(column in the segment) mod 2^64 with 64-bit pseudo-random odd weights (Lemire and
/// Kaser, "Strongly universal string hashing is fast", 2014), then mixed with its place (plane, row,
/// segment) by splitmix64's finaliser. The frame's hash is the sum of all segments and of one
/// term a plane that holds its size, mod 2^64. Sums are exact in any order, so every device gets the same bits.
///
/// Two launches a frame: kFrameHashBegin writes the size terms, kFrameHash adds the segments.
struct FrameHashArgs {
  struct Channel {
    Address<const std::uint8_t> data;  ///< first sample
    std::int64_t pitch;
    int width;  ///< samples
    int height;
    int step;  ///< samples from one to the next: 2 where U and V take turns
  };
  Channel channels[3];
  Address<std::uint64_t> result;
  int channel_count;  ///< 1 or 3
  int sample_bytes;   ///< 1 or 2
  int low_zero_bits;  ///< below the value in its 16 bits (P010: 6)
};

FrameHashArgs frame_hash_args(const Image& image, Address<std::uint64_t> result);
/// Work items are lanes of 32 a segment: {32 * segments of the widest row, rows of the tallest plane, planes}.
Grid frame_hash_grid(const FrameHashArgs& args);

extern const Kernel kFrameHashBegin;  ///< grid {1, 1, 1}
extern const Kernel kFrameHash;

namespace frame_hash {

constexpr int kSegment = 256;
constexpr int kLanes = 32;

/// splitmix64's finaliser (Stafford's mix 13): every input bit reaches every output bit.
LYN_HD constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// The weight of a column within its segment.
LYN_HD constexpr std::uint64_t weight(int column) {
  return mix(0x9e3779b97f4a7c15U * (static_cast<std::uint64_t>(column) + 1)) | 1U;
}

/// A segment's contribution, from its sum and its place.
LYN_HD std::uint64_t place(std::uint64_t sum, int channel, int row, int segment) {
  const std::uint64_t key = (static_cast<std::uint64_t>(channel) << 56) | (static_cast<std::uint64_t>(row) << 24) |
                            static_cast<std::uint64_t>(segment);
  return mix(sum ^ mix(key + 0x9e3779b97f4a7c15U));
}

/// A plane's contribution by its size.
LYN_HD std::uint64_t size_term(const FrameHashArgs::Channel& channel, int index) {
  const std::uint64_t key = (static_cast<std::uint64_t>(index + 1) << 60) |
                            (static_cast<std::uint64_t>(channel.width) << 30) |
                            static_cast<std::uint64_t>(channel.height);
  return mix(mix(key));
}

LYN_HD std::uint64_t begin(const FrameHashArgs& args) {
  std::uint64_t sum = 0;
  for (int i = 0; i < args.channel_count; ++i) sum += size_term(args.channels[i], i);
  return sum;
}

/// Sample `column` of a row.
LYN_HD std::uint32_t sample(const FrameHashArgs& args, const FrameHashArgs::Channel& channel, const std::uint8_t* row,
                            int column) {
  const std::int64_t at = static_cast<std::int64_t>(column) * channel.step;
  if (args.sample_bytes == 1) return row[at];
  return static_cast<std::uint32_t>(reinterpret_cast<const std::uint16_t*>(row)[at]) >> args.low_zero_bits;
}

}  // namespace frame_hash
}  // namespace lyn
