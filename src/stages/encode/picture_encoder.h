#pragma once

#include <cstdint>
#include <memory>

#include "core/media.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "stages/encode/av_owners.h"
#include "stages/encode/video_writer.h"

namespace lyn {

/// What an encoder is opened for and cannot change later.
struct PictureShape {
  int width = 0;
  int height = 0;
  Layout layout = Layout::planar;
  Colour colour;
  bool operator==(const PictureShape&) const = default;
};

/// Makes packets of pictures, which it reads where they lie. Packets come in presentation order. What leaves the device
/// is the bitstream, and counts as Reason::video. One thread at a time.
class PictureEncoder {
 public:
  virtual ~PictureEncoder() = default;
  /// A picture of the device and of the shape that it was opened for. `key`: begin a new group of pictures.
  virtual Status send(const Image& image, std::int64_t pts, bool key) = 0;
  /// No more pictures: receive() then gives what is left.
  virtual Status drain() = 0;
  /// Fills `packet`; false when there is none now.
  virtual Result<bool> receive(AVPacket& packet) = 0;
  /// What a container must know of it.
  [[nodiscard]] virtual Result<std::shared_ptr<const AVCodecParameters>> parameters() const = 0;
};

/// Whether open_encoder() has an encoder for `options` on the device: refusals come before any file is made. Errors:
/// `usage` for options that do not exist, `device` for a codec that the device does not encode.
Status check_encoder(Device& device, const VideoWriterOptions& options);

/// libavcodec's encoders on `cpu`, nvJPEG on `cuda`: never another device's. Times are ticks of `time_base`; `options`
/// are checked. What it needs for the shape it takes now. Error kind `device`.
Result<std::unique_ptr<PictureEncoder>> open_encoder(Device& device, const PictureShape& shape, AVRational time_base,
                                                     AVRational frame_rate, const VideoWriterOptions& options);

}  // namespace lyn
