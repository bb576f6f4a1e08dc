#pragma once

#include <cstdint>
#include <memory>

#include "core/media.h"
#include "core/result.h"
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

/// libx264, libx265 or JPEG, through libavcodec. No B-frames, so packets come in presentation order. It reads pictures
/// where they lie and keeps their lease while it does.
class SoftwareEncoder {
 public:
  /// Times are ticks of `time_base`; `options` are checked. Error kind `device` when the encoder is
  /// missing or refuses the picture's shape.
  static Result<std::unique_ptr<SoftwareEncoder>> open(const PictureShape& shape, AVRational time_base,
                                                       AVRational frame_rate, const VideoWriterOptions& options);
  /// A cpu device's image of the shape. `key`: begin a new group of pictures.
  Status send(const Image& image, std::int64_t pts, bool key);
  /// No more pictures: receive() then gives what is left.
  Status drain();
  /// Fills `packet`; false when there is none now.
  Result<bool> receive(AVPacket& packet);
  /// What a container must know of it.
  [[nodiscard]] Result<std::shared_ptr<const AVCodecParameters>> parameters() const;

 private:
  SoftwareEncoder() = default;
  Error failed(const char* what, int error) const;

  av::CodecContext context_;
  av::Frame frame_;
  const char* name_ = "";
};

}  // namespace lyn
