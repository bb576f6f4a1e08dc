#include "stages/output/planar_rows.h"

#include <cstdint>
#include <cstring>

namespace lyn {
namespace {

void shift_down(std::span<std::byte> bytes, int by) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint16_t value = 0;
    std::memcpy(&value, &bytes[i], sizeof value);
    value = static_cast<std::uint16_t>(value >> by);
    std::memcpy(&bytes[i], &value, sizeof value);
  }
}

/// Pairs of samples into all the first ones, then all the second ones.
template <std::size_t sample_bytes>
void separate(std::span<std::byte> pairs, std::vector<std::byte>& spare) {
  spare.assign(pairs.begin(), pairs.end());
  const std::size_t half = pairs.size() / 2;
  std::byte* first = pairs.data();
  std::byte* second = pairs.data() + half;
  for (std::size_t i = 0; i < half; i += sample_bytes) {
    std::memcpy(first + i, &spare[2 * i], sample_bytes);
    std::memcpy(second + i, &spare[2 * i + sample_bytes], sample_bytes);
  }
}

std::size_t plane_bytes(const Image& image, int index) {
  const Plane& plane = image.planes[static_cast<std::size_t>(index)];
  const std::size_t samples = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.height);
  const bool pairs = index > 0 && image.format.layout == Layout::semi_planar;
  return samples * static_cast<std::size_t>(image.format.sample_bytes()) * (pairs ? 2 : 1);
}

}  // namespace

std::size_t rawvideo_bytes(const Image& image) {
  std::size_t bytes = 0;
  for (int i = 0; i < image.format.planes(); ++i) bytes += plane_bytes(image, i);
  return bytes;
}

void make_planar(const Image& image, std::span<std::byte> planes, std::vector<std::byte>& spare) {
  const PixelFormat& format = image.format;
  if (format.layout == Layout::semi_planar && format.chroma != Chroma::grey) {
    const auto chroma = planes.subspan(plane_bytes(image, 0));
    if (format.sample_bytes() == 1) {
      separate<1>(chroma, spare);
    } else {
      separate<2>(chroma, spare);
    }
  }
  if (format.high_bits) shift_down(planes, 16 - format.bit_depth);
}

}  // namespace lyn
