#include "stages/decode/codecs.h"

#include <dav1d/dav1d.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
}

#include <array>

namespace lyn {

namespace {

constexpr std::array<AVCodecID, 12> kTaken{AV_CODEC_ID_H264,  AV_CODEC_ID_HEVC,       AV_CODEC_ID_VP8,
                                           AV_CODEC_ID_VP9,   AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
                                           AV_CODEC_ID_MPEG4, AV_CODEC_ID_WMV1,       AV_CODEC_ID_WMV2,
                                           AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG,        AV_CODEC_ID_WEBP};

}  // namespace

std::string software_decoders() {
  std::string text = std::string("FFmpeg ") + av_version_info() + ":";
  for (const AVCodecID id : kTaken) {
    if (avcodec_find_decoder(id) != nullptr) text += std::string(" ") + avcodec_get_name(id);
  }
  return text + "; dav1d " + dav1d_version() + ": av1";
}

}  // namespace lyn
