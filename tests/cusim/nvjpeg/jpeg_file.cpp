#include "cusim/nvjpeg/jpeg_file.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <cstring>
#include <memory>

#include "cusim/driver/memory.h"

namespace cusim {
namespace {

struct Free {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

std::unique_ptr<AVFrame, Free> frame_of(const lyn::nvjpeg::Planes& planes, int width, int height) {
  std::unique_ptr<AVFrame, Free> frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_YUVJ420P;
  frame->width = width;
  frame->height = height;
  if (av_frame_get_buffer(frame.get(), 0) < 0) return nullptr;
  for (int plane = 0; plane < 3; ++plane) {
    const int row = plane == 0 ? width : (width + 1) / 2;
    const int rows = plane == 0 ? height : (height + 1) / 2;
    const std::byte* from = device_view(reinterpret_cast<std::uintptr_t>(planes.channel[plane]));
    for (int y = 0; y < rows; ++y) {
      std::memcpy(frame->data[plane] + y * frame->linesize[plane],
                  from + static_cast<std::size_t>(y) * planes.pitch[plane], static_cast<std::size_t>(row));
    }
  }
  return frame;
}

/// A quantiser scale of FFmpeg's, 2 (best) to 31.
int scale_of(int quality) {
  return 2 + (100 - quality) * 29 / 99;
}

}  // namespace

std::vector<std::uint8_t> jpeg_file(const lyn::nvjpeg::Planes& planes, int width, int height, int quality) {
  const auto frame = frame_of(planes, width, height);
  const std::unique_ptr<AVCodecContext, Free> context(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG)));
  const std::unique_ptr<AVPacket, Free> packet(av_packet_alloc());
  if (!frame) return {};
  context->width = width;
  context->height = height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  context->time_base = {1, 1};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = frame->quality = scale_of(quality) * FF_QP2LAMBDA;
  if (avcodec_open2(context.get(), nullptr, nullptr) < 0 || avcodec_send_frame(context.get(), frame.get()) < 0 ||
      avcodec_receive_packet(context.get(), packet.get()) < 0) {
    return {};
  }
  return {packet->data, packet->data + packet->size};
}

}  // namespace cusim
