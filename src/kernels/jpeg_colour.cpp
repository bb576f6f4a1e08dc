#include "kernels/jpeg_colour.h"

#include <cmath>

#include "kernels/colour_matrix.h"

namespace lyn {
namespace {

std::int32_t fixed(double value) {
  return static_cast<std::int32_t>(std::lround(value * (1 << jpeg_colour::kBits)));
}

/// With Y, U, V of the source in 0..1 and -0.5..0.5: R = Y + 2(1-Kr) V, B = Y + 2(1-Kb) U, G from both (H.273 8.3).
/// JPEG's luma is a mean of the three, its chroma what is left of blue and red.
void fill_coefficients(JpegColourArgs& args, const Colour& colour) {
  const auto from = colour_matrix::luma_weights(colour.matrix);
  const auto to = colour_matrix::luma_weights(Matrix::bt601);
  const bool full = colour.range == Range::full;
  const double luma = full ? 1.0 : 255.0 / 219.0;
  const double chroma = full ? 1.0 : 255.0 / 224.0;
  const double green = 1 - from.red - from.blue;
  const double v_to_red = 2 * (1 - from.red);
  const double u_to_blue = 2 * (1 - from.blue);
  const double u_to_green = -u_to_blue * from.blue / green;
  const double v_to_green = -v_to_red * from.red / green;
  const double to_green = 1 - to.red - to.blue;
  const double y_u = to.blue * u_to_blue + to_green * u_to_green;
  const double y_v = to.red * v_to_red + to_green * v_to_green;
  const double blue = 0.5 / (1 - to.blue);
  const double red = 0.5 / (1 - to.red);
  args.black = full ? 0 : 16;
  args.y_from[0] = fixed(luma);
  args.y_from[1] = fixed(chroma * y_u);
  args.y_from[2] = fixed(chroma * y_v);
  args.u_from[0] = fixed(chroma * blue * (u_to_blue - y_u));
  args.u_from[1] = fixed(chroma * blue * -y_v);
  args.v_from[0] = fixed(chroma * red * -y_u);
  args.v_from[1] = fixed(chroma * red * (v_to_red - y_v));
}

bool fits(const Image& image) {
  const PixelFormat& format = image.format;
  return format.chroma == Chroma::yuv420 && format.layout == Layout::planar && format.bit_depth == 8 &&
         image.width % 2 == 0 && image.height % 2 == 0;
}

void jpeg_colour_on_host(const void* raw, Grid) {
  const JpegColourArgs args = *static_cast<const JpegColourArgs*>(raw);
  for (int by = 0; by < args.height / 2; ++by) {
    for (int bx = 0; bx < args.width / 2; ++bx) jpeg_colour::block(args, bx, by);
  }
}

}  // namespace

bool has_jpeg_colour(const Image& image) {
  return image.colour.matrix == Matrix::bt601 && image.colour.range == Range::full;
}

Result<JpegColourArgs> jpeg_colour_args(const Image& image, const Image& target) {
  if (!fits(image) || target.format != image.format || target.width != image.width || target.height != image.height) {
    return Error{ErrorKind::device, "JPEG colours are made of 8-bit 4:2:0 planar pictures of even size",
                 "pass what Overlay::draw gives"};
  }
  JpegColourArgs args{};
  for (std::size_t plane = 0; plane < 3; ++plane) {
    args.source[plane] = image.planes[plane].data.as<const std::uint8_t>();
    args.source_pitch[plane] = image.planes[plane].pitch;
    args.target[plane] = target.planes[plane].data.as<std::uint8_t>();
    args.target_pitch[plane] = target.planes[plane].pitch;
  }
  args.width = image.width;
  args.height = image.height;
  fill_coefficients(args, image.colour);
  return args;
}

Grid jpeg_colour_grid(const JpegColourArgs& args) {
  return {static_cast<unsigned>(args.width / 2), static_cast<unsigned>(args.height / 2), 1};
}

const Kernel kJpegColourKernel{"lyn_jpeg_colour", &jpeg_colour_on_host, {32, 8, 1}};

}  // namespace lyn
