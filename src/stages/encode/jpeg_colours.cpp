#include "stages/encode/jpeg_colours.h"

#include <utility>

#include "kernels/jpeg_colour.h"

namespace lyn {

Result<JpegColours> JpegColours::create(Device& device) {
  LYN_TRY(auto stream, device.open_stream());
  return JpegColours(device, std::move(stream));
}

Result<Image> JpegColours::convert(const Image& image) {
  const bool unchanged = has_jpeg_colour(image);
  Image result = image;
  if (!unchanged) {
    const Colour colour{Matrix::bt601, Range::full, image.colour.siting};
    LYN_TRY(result, make_image(*device_, image.width, image.height, image.format, colour));
  }
  LYN_TRY(const JpegColourArgs args, jpeg_colour_args(image, result));
  if (unchanged) return result;
  LYN_CHECK(stream_->wait(image.ready));
  LYN_CHECK(device_->launch(*stream_, kJpegColourKernel, args, jpeg_colour_grid(args)));
  LYN_CHECK(stream_->synchronize());
  return result;
}

}  // namespace lyn
