#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Writes raw decoded planes, not rotated, planar, in the stream's own pixel format, as
/// `ffmpeg -noautorotate -f rawvideo` does. Crosses to the host under Reason::frames: every byte is
/// counted in host_pixel_bytes.
class FrameDump {
 public:
  static Result<std::unique_ptr<FrameDump>> create(Device& device, const std::string& path);
  virtual ~FrameDump() = default;
  virtual Status write(Stream& stream, const Image& image) = 0;
};

/// Writes model input slots as they are, one after the other, under Reason::tensors.
class TensorDump {
 public:
  static Result<std::unique_ptr<TensorDump>> create(Device& device, const std::string& path);
  virtual ~TensorDump() = default;
  virtual Status write(Stream& stream, ByteAddress slot, std::size_t bytes) = 0;
};

/// 64 bits over the decoded planes, computed on the device, equal on every device and for planar and
/// semi-planar forms of the same picture.
class FrameHash {
 public:
  static Result<std::unique_ptr<FrameHash>> create(Device& device);
  virtual ~FrameHash() = default;
  virtual Result<std::uint64_t> of(Stream& stream, const Image& image) = 0;
};

}  // namespace lyn
