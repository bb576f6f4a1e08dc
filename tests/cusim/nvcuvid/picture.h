#pragma once

#include <cstdint>
#include <memory>

#include "device/cuda/ffnvcodec.h"

extern "C" {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
#pragma GCC diagnostic pop
}

namespace cusim {

struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};

/// A coded picture on its way from the parser, which decodes it, to the decoder's surface that it is decoded into.
struct Picture {
  std::unique_ptr<AVFrame, FreeFrame> frame;  ///< null until libavcodec brought it out
  bool damaged = false;
};

/// The number that stands for a picture in the structure that goes through the program under test.
void name_picture(CUVIDPICPARAMS& parameters, const std::shared_ptr<Picture>& picture);
/// Null when the structure does not come from the parser.
std::shared_ptr<Picture> picture_of(const CUVIDPICPARAMS& parameters);

}  // namespace cusim
