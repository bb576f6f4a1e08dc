#include "device/image.h"

#include <utility>

#include "device/device.h"

namespace lyn {

namespace {

constexpr std::int64_t kRowAlignment = 64;
/// What the largest codec here allows; keeps every product below 64 bits.
constexpr int kLongestSide = 65536;

int shifted_up(int size, int shift) {
  return (size + (1 << shift) - 1) >> shift;
}

/// Plane `index` of a picture, without its address.
Plane plane_of(int width, int height, const PixelFormat& format, int index) {
  const bool is_chroma = index > 0;
  Plane plane;
  plane.width = is_chroma ? shifted_up(width, format.chroma_shift_x()) : width;
  plane.height = is_chroma ? shifted_up(height, format.chroma_shift_y()) : height;
  const int samples_a_column = is_chroma && format.layout == Layout::semi_planar ? 2 : 1;
  const std::int64_t row = std::int64_t{plane.width} * samples_a_column * format.sample_bytes();
  plane.pitch = (row + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
  return plane;
}

}  // namespace

Result<Image> make_image(Device& device, int width, int height, PixelFormat format, Colour colour) {
  if (width < 1 || height < 1 || width > kLongestSide || height > kLongestSide) {
    return Error{ErrorKind::device,
                 "an image of " + std::to_string(width) + "x" + std::to_string(height) + " cannot be made",
                 "sides go from 1 to " + std::to_string(kLongestSide)};
  }
  Image image;
  image.width = width;
  image.height = height;
  image.format = format;
  image.colour = resolve_untagged(colour, height, false);
  std::ptrdiff_t bytes = 0;
  std::array<std::ptrdiff_t, 3> offsets{};
  for (int i = 0; i < format.planes(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    image.planes[at] = plane_of(width, height, format, i);
    offsets[at] = bytes;
    bytes += image.planes[at].pitch * image.planes[at].height;
  }
  LYN_TRY(Buffer buffer, device.pool().lease(static_cast<std::size_t>(bytes)));
  for (std::size_t i = 0; i < static_cast<std::size_t>(format.planes()); ++i) {
    image.planes[i].data = buffer.address().offset_bytes(offsets[i]);
  }
  image.lease = std::make_shared<Buffer>(std::move(buffer));
  return image;
}

}  // namespace lyn
