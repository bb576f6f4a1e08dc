#pragma once

#include <memory>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Gives pictures the colours that JPEG holds, on the device. One thread at a time.
class JpegColours {
 public:
  static Result<JpegColours> create(Device& device);
  /// A new picture from the pool, complete when this returns; the same one where its colours are JPEG's already.
  /// Waits for image.ready. Error kind `device` for what is not 8-bit 4:2:0 planar of even size.
  Result<Image> convert(const Image& image);

 private:
  JpegColours(Device& device, std::unique_ptr<Stream> stream) : device_(&device), stream_(std::move(stream)) {}

  Device* device_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace lyn
