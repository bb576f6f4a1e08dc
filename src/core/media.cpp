#include "core/media.h"

namespace lyn {

const char* name_of(CodecId codec) {
  switch (codec) {
    case CodecId::unknown:
      return "unknown";
    case CodecId::h264:
      return "h264";
    case CodecId::hevc:
      return "hevc";
    case CodecId::vp8:
      return "vp8";
    case CodecId::vp9:
      return "vp9";
    case CodecId::av1:
      return "av1";
    case CodecId::mpeg4:
      return "mpeg4";
    case CodecId::mjpeg:
      return "mjpeg";
    case CodecId::mpeg1:
      return "mpeg1video";
    case CodecId::mpeg2:
      return "mpeg2video";
    case CodecId::wmv1:
      return "wmv1";
    case CodecId::wmv2:
      return "wmv2";
    case CodecId::png:
      return "png";
    case CodecId::webp:
      return "webp";
  }
  return "unknown";
}

}  // namespace lyn
