#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/device.h"
#include "device/image.h"

namespace lyn::bench {

/// The device on which all is measured, and a stream of it.
struct Place {
  std::unique_ptr<Device> device;
  std::unique_ptr<Stream> stream;
};
Place& place();
/// Before the first use of place(): "cpu" or "cuda".
void choose_place(const std::string& name);

/// A picture of noise.
Image picture(int width, int height, PixelFormat format);
/// Device memory with these bytes in it.
Buffer filled(const void* bytes, std::size_t count);
template <class T>
Buffer filled(const std::vector<T>& values) {
  return filled(values.data(), values.size() * sizeof(T));
}
Buffer blank(std::size_t bytes);

/// Adds two measurements: `name`, a kernel or several that must read and write `bytes` in all, and `name`/memcpy,
/// which moves as many within the device: half of them read, half written. Runs are queued one after the other, and
/// what counts is how long the device takes for all of them.
void add(const std::string& name, std::size_t bytes, std::function<Status()> run);

/// Bytes of an image's planes, without padding.
std::size_t bytes_of(const Image& image);

void add_picture_kernels();
void add_box_kernels();

}  // namespace lyn::bench
