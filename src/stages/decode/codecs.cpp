#include "stages/decode/codecs.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
}

#include <array>

namespace lyn {

namespace {

constexpr std::array<AVCodecID, 7> kTaken{AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,  AV_CODEC_ID_VP8,  AV_CODEC_ID_VP9,
                                          AV_CODEC_ID_AV1,  AV_CODEC_ID_MPEG4, AV_CODEC_ID_MJPEG};

}  // namespace

std::string software_decoders() {
  std::string text = std::string("FFmpeg ") + av_version_info() + ":";
  for (const AVCodecID id : kTaken) {
    if (avcodec_find_decoder(id) != nullptr) text += std::string(" ") + avcodec_get_name(id);
  }
  return text;
}

}  // namespace lyn
