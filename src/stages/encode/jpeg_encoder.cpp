#include "stages/encode/jpeg_encoder.h"

#include <utility>

namespace lyn {

JpegEncoder::JpegEncoder(Device& device, JpegColours colours, int quality)
    : device_(device), colours_(std::move(colours)), packet_(av_packet_alloc()) {
  options_.codec = "mjpeg";
  options_.jpeg_quality = quality;
}

Result<std::unique_ptr<JpegEncoder>> JpegEncoder::create(Device& device, int quality) {
  LYN_TRY(JpegColours colours, JpegColours::create(device));
  std::unique_ptr<JpegEncoder> encoder(new JpegEncoder(device, std::move(colours), quality));
  LYN_CHECK(check_encoder(device, encoder->options_));
  return encoder;
}

Status JpegEncoder::fit(const PictureShape& shape) {
  if (encoder_ && shape == shape_) return {};
  LYN_TRY(encoder_, open_encoder(device_, shape, {1, 1}, {1, 1}, options_));
  shape_ = shape;
  return {};
}

Result<std::span<const std::byte>> JpegEncoder::encode(const Image& image) {
  LYN_TRY(const Image picture, colours_.convert(image));
  LYN_CHECK(fit({picture.width, picture.height, picture.format.layout, picture.colour}));
  LYN_CHECK(encoder_->send(picture, count_++, true));
  LYN_TRY(const bool got, encoder_->receive(*packet_));
  if (!got) return Error{ErrorKind::device, "the JPEG encoder gave nothing for a picture", "report this with the log"};
  const auto size = static_cast<std::size_t>(packet_->size);
  return std::span<const std::byte>(reinterpret_cast<const std::byte*>(packet_->data), size);
}

}  // namespace lyn
