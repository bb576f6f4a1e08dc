#pragma once

#include <cstdint>

#include "core/result.h"
#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// Changes an 8-bit 4:2:0 planar picture of even size to the colours that JPEG files hold: BT.601, full range
/// (ITU-T T.871, clause 7). One linear map in YCbCr, of what two matrices and ranges make together:
///
/// - 14 fraction bits, rounded to nearest, held in 0..255.
/// - Luma takes its block's one chroma sample as it is; chroma takes no luma, since grey is grey in both.
/// - One work item is one 2x2 block: grid {width / 2, height / 2}.
struct JpegColourArgs {
  Address<const std::uint8_t> source[3];
  std::int64_t source_pitch[3];
  Address<std::uint8_t> target[3];
  std::int64_t target_pitch[3];
  int width;
  int height;
  std::int32_t black;  ///< luma of black in the source
  std::int32_t y_from[3];
  std::int32_t u_from[2];  ///< of U and V
  std::int32_t v_from[2];
};

/// True when the picture's colours are JPEG's already.
bool has_jpeg_colour(const Image& image);
/// `target` has the source's size and format. Error kind `device` for any other than 8-bit 4:2:0 planar.
Result<JpegColourArgs> jpeg_colour_args(const Image& image, const Image& target);
Grid jpeg_colour_grid(const JpegColourArgs& args);

extern const Kernel kJpegColourKernel;

namespace jpeg_colour {

constexpr int kBits = 14;

LYN_HD std::uint8_t to_sample(std::int32_t sum) {
  const std::int32_t value = (sum + (1 << (kBits - 1))) >> kBits;
  return static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

/// The whole of one 2x2 block.
LYN_HD void block(const JpegColourArgs& args, int bx, int by) {
  const std::int32_t u = args.source[1].host_view()[by * args.source_pitch[1] + bx] - 128;
  const std::int32_t v = args.source[2].host_view()[by * args.source_pitch[2] + bx] - 128;
  const std::int32_t shade = args.y_from[1] * u + args.y_from[2] * v;
  for (int row = 2 * by; row < 2 * by + 2; ++row) {
    const std::uint8_t* from = args.source[0].host_view() + row * args.source_pitch[0] + 2 * bx;
    std::uint8_t* to = args.target[0].host_view() + row * args.target_pitch[0] + 2 * bx;
    to[0] = to_sample(args.y_from[0] * (from[0] - args.black) + shade);
    to[1] = to_sample(args.y_from[0] * (from[1] - args.black) + shade);
  }
  constexpr std::int32_t kGrey = 128 << kBits;
  args.target[1].host_view()[by * args.target_pitch[1] + bx] =
      to_sample(kGrey + args.u_from[0] * u + args.u_from[1] * v);
  args.target[2].host_view()[by * args.target_pitch[2] + bx] =
      to_sample(kGrey + args.v_from[0] * u + args.v_from[1] * v);
}

}  // namespace jpeg_colour
}  // namespace lyn
