#pragma once

#include <cstdint>

#include "device/address.h"
#include "device/image.h"
#include "device/kernel.h"

namespace lyn {

/// Makes pictures that are RGB by themselves (PNG, RGB in H.264) what all stages read: full-range BT.601 YUV 4:4:4 of
/// 12 bits (ITU-T T.871, clause 7, in finer steps), or grey of 12 bits. What comes of 8 bits turns back into the very
/// samples it was made of. Alpha is left out. One work item is one pixel: grid {width, height}.
struct RgbToYuvArgs {
  struct Component {
    Address<const std::uint8_t> data;  ///< its first sample
    std::int64_t pitch;
    int step;  ///< bytes from one pixel to the next
  };
  Component from[3];                    ///< R, G, B; of grey the first alone
  Address<const std::uint8_t> palette;  ///< of indexed pictures: B, G, R, alpha in four bytes an entry; else null
  Address<std::uint16_t> to[3];
  std::int64_t to_pitch[3];
  int width;
  int height;
  int components;    ///< 3, or 1: grey
  int sample_bytes;  ///< 1 or 2
  bool big_endian;
  int shift;  ///< zero bits below the value
  std::int64_t y_from[3], u_from[3], v_from[3];
};

/// What the picture becomes.
PixelFormat yuv_of_rgb(bool grey);
constexpr Colour kYuvOfRgbColour{Matrix::bt601, Range::full, Siting::center};

/// Fills in where `target` lies and the coefficients, for samples of `bit_depth` bits (8 to 16; of a palette 8).
void complete_rgb_to_yuv(RgbToYuvArgs& args, const Image& target, int bit_depth);
Grid rgb_to_yuv_grid(const RgbToYuvArgs& args);

extern const Kernel kRgbToYuvKernel;

namespace rgb_to_yuv {

constexpr int kBits = 24;
constexpr std::int64_t kNeutral = 2048;
constexpr std::int64_t kTop = 4095;

LYN_HD std::int64_t load(const RgbToYuvArgs& args, int component, int x, int y) {
  const RgbToYuvArgs::Component& from = args.from[component];
  const std::uint8_t* at = from.data.host_view() + y * from.pitch + static_cast<std::int64_t>(x) * from.step;
  if (!args.palette.null()) return args.palette.host_view()[4 * at[0] + 2 - component];
  if (args.sample_bytes == 1) return at[0] >> args.shift;
  return (args.big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0]) >> args.shift;
}

LYN_HD std::uint16_t to_sample(std::int64_t sum, std::int64_t zero) {
  const std::int64_t value = zero + ((sum + (std::int64_t{1} << (kBits - 1))) >> kBits);
  return static_cast<std::uint16_t>(value < 0 ? 0 : value > kTop ? kTop : value);
}

LYN_HD std::int64_t dot(const std::int64_t* by, const std::int64_t* samples) {
  return by[0] * samples[0] + by[1] * samples[1] + by[2] * samples[2];
}

LYN_HD void store(const RgbToYuvArgs& args, int plane, int x, int y, std::uint16_t value) {
  auto* row = reinterpret_cast<std::uint8_t*>(args.to[plane].host_view()) + y * args.to_pitch[plane];
  reinterpret_cast<std::uint16_t*>(row)[x] = value;
}

LYN_HD void pixel(const RgbToYuvArgs& args, int x, int y) {
  std::int64_t samples[3] = {load(args, 0, x, y), 0, 0};
  if (args.components == 3) {
    samples[1] = load(args, 1, x, y);
    samples[2] = load(args, 2, x, y);
  }
  store(args, 0, x, y, to_sample(dot(args.y_from, samples), 0));
  if (args.components != 3) return;
  store(args, 1, x, y, to_sample(dot(args.u_from, samples), kNeutral));
  store(args, 2, x, y, to_sample(dot(args.v_from, samples), kNeutral));
}

}  // namespace rgb_to_yuv
}  // namespace lyn
