#pragma once

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace lyn {

/// Owners of libavcodec's handles. For the codec files behind the cpu device alone: an AVFrame holds
/// the readable view of the pixels.
struct AvCodecFree {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using AvCodec = std::unique_ptr<AVCodecContext, AvCodecFree>;

struct AvFrameFree {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using AvFrame = std::unique_ptr<AVFrame, AvFrameFree>;

struct AvDecodePacketFree {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using AvDecodePacket = std::unique_ptr<AVPacket, AvDecodePacketFree>;

}  // namespace lyn
