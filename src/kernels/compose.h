#pragma once

#include <cstdint>

#include "core/result.h"
#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// Copies a decoded picture into an upright 8-bit 4:2:0 one, as encoders take it.
///
/// - Size: the upright size rounded down to even; the last column and row of an odd picture are
///   left out, so that coordinates stay those of the upright picture.
/// - Samples of more than 8 bits are rounded to nearest and held at 255.
/// - A chroma sample is the mean of the four chroma samples that the source has for the four luma
///   pixels of its 2x2 block, rounded once: exact for an upright 4:2:0 picture, the vertical mean
///   for 4:2:2, the box mean for 4:4:4. Grey becomes 128.
/// - One work item is one 2x2 block: grid {width / 2, height / 2}.
struct ComposeArgs {
  Address<const std::uint8_t> source[3];
  std::int64_t source_pitch[3];
  Address<std::uint8_t> target[3];  ///< [2] is not used for semi-planar targets
  std::int64_t target_pitch[3];
  int source_width;
  int source_height;
  int width;  ///< of the target, even
  int height;
  /// Stored column and row of upright (x, y): origin + x * per_x + y * per_y.
  int origin[2];
  int per_x[2];
  int per_y[2];
  std::uint8_t bit_depth;
  std::uint8_t low_zero_bits;  ///< below the value in its 16 bits (P010: 6)
  std::uint8_t shift_x;        ///< log2 of luma columns a chroma sample
  std::uint8_t shift_y;
  bool grey;
  bool source_pairs;  ///< U and V in turn
  bool target_pairs;
  bool upright;
};

/// The image's upright size rounded down to even.
int composed_width(const Image& image);
int composed_height(const Image& image);
/// What the composed picture's colour is: the source's, but for the siting that a turn or a mean moves
/// (to `center`, the nearest that H.264 players honour).
Colour composed_colour(const Image& image);

/// `target` must be 8-bit 4:2:0 of the composed size. Error kind `device` otherwise.
Result<ComposeArgs> compose_args(const Image& image, const Image& target);
Grid compose_grid(const ComposeArgs& args);

extern const Kernel kComposeKernel;

namespace compose {

/// Rows resolved to pointers, once a work item or once a launch.
struct View {
  const std::uint8_t* source[3];
  std::uint8_t* target[3];
};

LYN_HD View view_of(const ComposeArgs& args) {
  View view{};
  for (int plane = 0; plane < 3; ++plane) {
    if (!args.source[plane].null()) view.source[plane] = args.source[plane].host_view();
    if (!args.target[plane].null()) view.target[plane] = args.target[plane].host_view();
  }
  return view;
}

/// Sample `index` of a row, as a value of bit_depth bits.
LYN_HD int sample(const ComposeArgs& args, const std::uint8_t* row, std::int64_t index) {
  if (args.bit_depth == 8) return row[index];
  // Little-endian, and aligned to 2 because planes and pitches are.
  const auto* wide = reinterpret_cast<const std::uint16_t*>(row);
  return wide[index] >> args.low_zero_bits;
}

/// The mean of 2^count_log2 samples whose sum is given, as 8 bits.
LYN_HD std::uint8_t reduce(int sum, int bit_depth, int count_log2) {
  const int shift = bit_depth - 8 + count_log2;
  const int value = shift == 0 ? sum : (sum + (1 << (shift - 1))) >> shift;
  return static_cast<std::uint8_t>(value > 255 ? 255 : value);
}

struct Chroma2 {
  int u;
  int v;
};

LYN_HD Chroma2 chroma_at(const ComposeArgs& args, const View& view, int stored_x, int stored_y) {
  const std::int64_t x = stored_x >> args.shift_x;
  const std::int64_t y = stored_y >> args.shift_y;
  const std::uint8_t* first = view.source[1] + y * args.source_pitch[1];
  if (args.source_pairs) return {sample(args, first, 2 * x), sample(args, first, 2 * x + 1)};
  const std::uint8_t* second = view.source[2] + y * args.source_pitch[2];
  return {sample(args, first, x), sample(args, second, x)};
}

LYN_HD void store_chroma(const ComposeArgs& args, const View& view, int bx, int by, std::uint8_t u, std::uint8_t v) {
  std::uint8_t* first = view.target[1] + by * args.target_pitch[1];
  if (args.target_pairs) {
    first[2 * bx] = u;
    first[2 * bx + 1] = v;
    return;
  }
  first[bx] = u;
  view.target[2][by * args.target_pitch[2] + bx] = v;
}

struct Position {
  int x;
  int y;
};

/// Where upright (x, y) is stored.
LYN_HD Position stored_at(const ComposeArgs& args, int x, int y) {
  return {args.origin[0] + x * args.per_x[0] + y * args.per_y[0],
          args.origin[1] + x * args.per_x[1] + y * args.per_y[1]};
}

/// The chroma of one 2x2 block.
LYN_HD void block_chroma(const ComposeArgs& args, const View& view, int bx, int by) {
  if (args.grey) return store_chroma(args, view, bx, by, 128, 128);
  int u = 0;
  int v = 0;
  for (int pixel = 0; pixel < 4; ++pixel) {
    const Position stored = stored_at(args, 2 * bx + (pixel & 1), 2 * by + (pixel >> 1));
    const Chroma2 chroma = chroma_at(args, view, stored.x, stored.y);
    u += chroma.u;
    v += chroma.v;
  }
  store_chroma(args, view, bx, by, reduce(u, args.bit_depth, 2), reduce(v, args.bit_depth, 2));
}

/// The whole of one 2x2 block: the definition that faster forms agree with.
LYN_HD void block(const ComposeArgs& args, const View& view, int bx, int by) {
  for (int pixel = 0; pixel < 4; ++pixel) {
    const int x = 2 * bx + (pixel & 1);
    const int y = 2 * by + (pixel >> 1);
    const Position stored = stored_at(args, x, y);
    const std::uint8_t* row = view.source[0] + stored.y * args.source_pitch[0];
    view.target[0][y * args.target_pitch[0] + x] = reduce(sample(args, row, stored.x), args.bit_depth, 0);
  }
  block_chroma(args, view, bx, by);
}

}  // namespace compose
}  // namespace lyn
