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
  }
  return "unknown";
}

}  // namespace lyn
