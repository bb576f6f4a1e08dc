#pragma once

#include <cstdint>
#include <memory>

#include "core/result.h"
#include "stages/encode/picture_encoder.h"

namespace lyn {

/// libx264, libx265 or JPEG, through libavcodec. No B-frames, so packets come in presentation order. It reads pictures
/// where they lie and keeps their lease while it does.
class SoftwareEncoder final : public PictureEncoder {
 public:
  /// Of a cpu device. Times are ticks of `time_base`; `options` are checked. Error kind `device` when the encoder is
  /// missing or refuses the picture's shape.
  static Result<std::unique_ptr<SoftwareEncoder>> open(Device& device, const PictureShape& shape, AVRational time_base,
                                                       AVRational frame_rate, const VideoWriterOptions& options);
  Status send(const Image& image, std::int64_t pts, bool key) override;
  Status drain() override;
  Result<bool> receive(AVPacket& packet) override;
  [[nodiscard]] Result<std::shared_ptr<const AVCodecParameters>> parameters() const override;

 private:
  explicit SoftwareEncoder(Device& device) : device_(device) {}
  Error failed(const char* what, int error) const;

  Device& device_;
  av::CodecContext context_;
  av::Frame frame_;
  const char* name_ = "";
};

}  // namespace lyn
