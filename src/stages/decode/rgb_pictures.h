#pragma once

#include <memory>
#include <optional>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "kernels/rgb_to_yuv.h"
#include "stages/decode/ffmpeg.h"

namespace lyn {

/// Pictures that libavcodec gives as RGB, with a palette, as grey beside alpha or as grey of 16 bits: a kernel makes
/// YUV of them, in memory of their own. What has 8 to 16 bits a sample and whole bytes is taken. One thread.
class RgbPictures {
 public:
  explicit RgbPictures(Device& device) : device_(device) {}

  static bool are(AVPixelFormat format);
  /// Takes the frame's reference; its picture lies in the memory at `view`, which is `address` to all others.
  Result<Image> convert(AvFrame frame, ByteAddress address, const std::uint8_t* view);

 private:
  Device& device_;
  std::unique_ptr<Stream> stream_;  ///< opened with the first picture
};

}  // namespace lyn
