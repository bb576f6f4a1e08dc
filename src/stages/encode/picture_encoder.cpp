#include "stages/encode/picture_encoder.h"

#include "stages/encode/encoder_settings.h"
#include "stages/encode/nvjpeg_cuda.h"
#include "stages/encode/software_encoder.h"

namespace lyn {

Status check_encoder(Device& device, const VideoWriterOptions& options) {
  LYN_CHECK(check_encoder_options(options));
  return device.is_cuda() ? check_cuda_encoder(device, options.codec) : Status();
}

Result<std::unique_ptr<PictureEncoder>> open_encoder(Device& device, const PictureShape& shape, AVRational time_base,
                                                     AVRational frame_rate, const VideoWriterOptions& options) {
  if (device.is_cuda()) return open_nvjpeg_encoder(device, shape, options.jpeg_quality);
  LYN_TRY(auto encoder, SoftwareEncoder::open(device, shape, time_base, frame_rate, options));
  return std::unique_ptr<PictureEncoder>(std::move(encoder));
}

}  // namespace lyn
