#pragma once

#include <memory>
#include <span>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "stages/encode/jpeg_colours.h"
#include "stages/encode/picture_encoder.h"

namespace lyn {

/// Encodes pictures of a device as JPEG files: JFIF's own colours, 4:2:0. One thread at a time.
class JpegEncoder {
 public:
  /// `quality`: 1 to 100. Errors: `usage` for another quality, `device` for a device that has no encoder.
  static Result<std::unique_ptr<JpegEncoder>> create(Device& device, int quality);
  /// An 8-bit 4:2:0 planar picture of even size. The bytes hold until the next call, and count as Reason::video.
  Result<std::span<const std::byte>> encode(const Image& image);

 private:
  JpegEncoder(Device& device, JpegColours colours, int quality);
  Status fit(const PictureShape& shape);

  Device& device_;
  JpegColours colours_;
  VideoWriterOptions options_;
  PictureShape shape_;
  std::unique_ptr<PictureEncoder> encoder_;
  av::Packet packet_;
  std::int64_t count_ = 0;
};

}  // namespace lyn
