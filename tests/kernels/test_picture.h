#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn::test {

/// A picture in device memory whose samples a test may set and read, with guard bytes around every plane
/// and behind every row.
class TestPicture {
 public:
  static constexpr std::uint8_t kGuard = 0xA5;
  static constexpr int kBorder = 64;

  TestPicture(Device& device, int width, int height, PixelFormat format = {}, int rotation = 0) {
    image_.width = width;
    image_.height = height;
    image_.format = format;
    image_.rotation = rotation;
    image_.colour = {Matrix::bt601, Range::limited, Siting::left};
    std::int64_t bytes = kBorder;
    std::array<std::int64_t, 3> offsets{};
    for (int index = 0; index < format.planes(); ++index) {
      Plane& plane = image_.planes[static_cast<std::size_t>(index)];
      const int shift_x = index == 0 ? 0 : format.chroma_shift_x();
      const int shift_y = index == 0 ? 0 : format.chroma_shift_y();
      plane.width = (width + (1 << shift_x) - 1) >> shift_x;
      plane.height = (height + (1 << shift_y) - 1) >> shift_y;
      plane.pitch = (row_samples(index) * format.sample_bytes() + 16) & ~1;
      offsets[static_cast<std::size_t>(index)] = bytes;
      bytes += plane.pitch * plane.height + kBorder;
    }
    bytes_ = bytes;
    auto buffer = std::make_shared<Buffer>(std::move(*device.pool().lease(static_cast<std::size_t>(bytes))));
    memory_ = buffer->address().as<std::uint8_t>().host_view();
    std::memset(memory_, kGuard, static_cast<std::size_t>(bytes));
    for (int index = 0; index < format.planes(); ++index) {
      const auto at = static_cast<std::size_t>(index);
      image_.planes[at].data = buffer->address().offset_bytes(static_cast<std::ptrdiff_t>(offsets[at]));
    }
    image_.lease = buffer;
  }

  [[nodiscard]] const Image& image() const { return image_; }

  /// Samples in a row of the plane; U and V of a semi-planar one count each.
  [[nodiscard]] int row_samples(int plane) const {
    const bool pairs = plane > 0 && image_.format.layout == Layout::semi_planar;
    return image_.planes[static_cast<std::size_t>(plane)].width * (pairs ? 2 : 1);
  }

  void set(int plane, int x, int y, int value) {
    std::uint8_t* row = row_at(plane, y);
    if (image_.format.sample_bytes() == 1) {
      row[x] = static_cast<std::uint8_t>(value);
      return;
    }
    const int shift = image_.format.high_bits ? 16 - image_.format.bit_depth : 0;
    const auto wide = static_cast<std::uint16_t>(value << shift);
    std::memcpy(row + 2 * x, &wide, 2);
  }

  void set_plane(int plane, std::initializer_list<int> values) {
    int index = 0;
    const int width = row_samples(plane);
    for (const int value : values) {
      set(plane, index % width, index / width, value);
      ++index;
    }
  }

  void fill(int y, int u, int v) {
    const int values[3] = {y, u, v};
    for (int plane = 0; plane < image_.format.planes(); ++plane) {
      const bool pairs = plane > 0 && image_.format.layout == Layout::semi_planar;
      for_samples(plane, [&](int x, int row) { set(plane, x, row, values[pairs ? 1 + x % 2 : plane]); });
    }
  }

  void randomise(unsigned seed) {
    std::mt19937 random(seed);
    const int mask = (1 << image_.format.bit_depth) - 1;
    for (int plane = 0; plane < image_.format.planes(); ++plane) {
      for_samples(plane, [&](int x, int y) { set(plane, x, y, static_cast<int>(random()) & mask); });
    }
  }

  /// 8-bit samples of a plane, row by row.
  [[nodiscard]] std::vector<int> plane(int plane) const {
    std::vector<int> values;
    for_samples(plane, [&](int x, int y) { values.push_back(row_at(plane, y)[x]); });
    return values;
  }

  [[nodiscard]] std::vector<std::uint8_t> all_bytes() const { return {memory_, memory_ + bytes_}; }

  [[nodiscard]] bool guards_intact() const {
    std::vector<bool> sample(static_cast<std::size_t>(bytes_), false);
    for (int plane = 0; plane < image_.format.planes(); ++plane) {
      for_samples(plane, [&](int x, int y) {
        const std::ptrdiff_t at = row_at(plane, y) - memory_ + x * image_.format.sample_bytes();
        for (int byte = 0; byte < image_.format.sample_bytes(); ++byte)
          sample[static_cast<std::size_t>(at + byte)] = true;
      });
    }
    for (std::size_t at = 0; at < sample.size(); ++at) {
      if (!sample[at] && memory_[at] != kGuard) return false;
    }
    return true;
  }

 private:
  template <class Visit>
  void for_samples(int plane, Visit&& visit) const {
    for (int y = 0; y < image_.planes[static_cast<std::size_t>(plane)].height; ++y) {
      for (int x = 0; x < row_samples(plane); ++x) visit(x, y);
    }
  }
  [[nodiscard]] std::uint8_t* row_at(int plane, int y) const {
    const Plane& at = image_.planes[static_cast<std::size_t>(plane)];
    return at.data.as<std::uint8_t>().host_view() + y * at.pitch;
  }

  Image image_;
  std::uint8_t* memory_ = nullptr;
  std::int64_t bytes_ = 0;
};

}  // namespace lyn::test
