#include "kernels/rgb_to_yuv.h"

#include <algorithm>
#include <cmath>

namespace lyn {
namespace {

std::int64_t fixed(double value) {
  return std::llround(value * static_cast<double>(std::int64_t{1} << rgb_to_yuv::kBits));
}

void rgb_to_yuv_on_host(const void* raw, Grid) {
  const RgbToYuvArgs args = *static_cast<const RgbToYuvArgs*>(raw);
  for (int y = 0; y < args.height; ++y) {
    for (int x = 0; x < args.width; ++x) rgb_to_yuv::pixel(args, x, y);
  }
}

}  // namespace

PixelFormat yuv_of_rgb(bool grey) {
  return {grey ? Chroma::grey : Chroma::yuv444, Layout::planar, 12};
}

void complete_rgb_to_yuv(RgbToYuvArgs& args, const Image& target, int bit_depth) {
  args.width = target.width;
  args.height = target.height;
  args.components = target.format.chroma == Chroma::grey ? 1 : 3;
  for (std::size_t plane = 0; plane < static_cast<std::size_t>(args.components); ++plane) {
    args.to[plane] = target.planes[plane].data.as<std::uint16_t>();
    args.to_pitch[plane] = target.planes[plane].pitch;
  }
  constexpr double kLuma[3] = {0.299, 0.587, 0.114};
  constexpr double kBlue = 2 * (1 - kLuma[2]);
  constexpr double kRed = 2 * (1 - kLuma[0]);
  const double scale = static_cast<double>(rgb_to_yuv::kTop) / ((1 << bit_depth) - 1);
  if (args.components == 1) {
    args.y_from[0] = fixed(scale);
    return;
  }
  for (int c = 0; c < 3; ++c) {
    args.y_from[c] = fixed(scale * kLuma[c]);
    args.u_from[c] = fixed(scale * ((c == 2 ? 1 : 0) - kLuma[c]) / kBlue);
    args.v_from[c] = fixed(scale * ((c == 0 ? 1 : 0) - kLuma[c]) / kRed);
  }
}

Grid rgb_to_yuv_grid(const RgbToYuvArgs& args) {
  return {static_cast<unsigned>(args.width), static_cast<unsigned>(args.height), 1};
}

const Kernel kRgbToYuvKernel{"lyn_rgb_to_yuv", &rgb_to_yuv_on_host, {32, 8, 1}};

}  // namespace lyn
