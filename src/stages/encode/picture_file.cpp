#include "stages/encode/picture_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "kernels/colour_matrix.h"
#include "stages/encode/av_owners.h"

namespace lyn {
namespace {

Error cannot(const char* what, int code) {
  return {ErrorKind::device, std::string("the JPEG encoder cannot ") + what + ": " + av::text_of(code), ""};
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

/// ITU-T T.871, clause 7: what JPEG files hold.
void store(AVFrame& frame, int x, int y, const Rgb& rgb) {
  const double red = rgb.red;
  const double green = rgb.green;
  const double blue = rgb.blue;
  frame.data[0][y * frame.linesize[0] + x] = to_byte(0.299 * red + 0.587 * green + 0.114 * blue);
  frame.data[1][y * frame.linesize[1] + x] = to_byte(-0.168736 * red - 0.331264 * green + 0.5 * blue + 128);
  frame.data[2][y * frame.linesize[2] + x] = to_byte(0.5 * red - 0.418688 * green - 0.081312 * blue + 128);
}

void convert(const Image& image, AVFrame& frame) {
  const ColourMatrix matrix = make_colour_matrix(image.colour.matrix, image.colour.range, 8);
  const int shift_x = image.format.chroma_shift_x();
  const int shift_y = image.format.chroma_shift_y();
  const bool grey = image.format.chroma == Chroma::grey;
  const auto sample = [&](std::size_t plane, int x, int y) {
    const Plane& from = image.planes[plane];
    return from.data.as<const std::uint8_t>().host_view()[y * from.pitch + x] << colour_matrix::kSampleBits;
  };
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const int u = grey ? colour_matrix::kNeutral : sample(1, x >> shift_x, y >> shift_y);
      const int v = grey ? colour_matrix::kNeutral : sample(2, x >> shift_x, y >> shift_y);
      store(frame, x, y, to_rgb(matrix, sample(0, x, y), u, v));
    }
  }
}

Result<av::CodecContext> open_encoder(const Image& image) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (codec == nullptr)
    return Error{ErrorKind::device, "this FFmpeg has no JPEG encoder", "install Debian's libavcodec59"};
  av::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) return cannot("start", AVERROR(ENOMEM));
  context->width = image.width;
  context->height = image.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ444P;
  context->color_range = AVCOL_RANGE_JPEG;
  context->time_base = {1, 1};
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = 3 * FF_QP2LAMBDA;
  if (const int code = avcodec_open2(context.get(), codec, nullptr); code < 0) return cannot("open", code);
  return context;
}

Result<av::Packet> encode(AVCodecContext& context, const Image& image) {
  av::Frame frame(av_frame_alloc());
  av::Packet packet(av_packet_alloc());
  if (!frame || !packet) return cannot("start", AVERROR(ENOMEM));
  frame->width = image.width;
  frame->height = image.height;
  frame->format = context.pix_fmt;
  frame->color_range = AVCOL_RANGE_JPEG;
  frame->quality = context.global_quality;
  if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return cannot("hold a picture", code);
  convert(image, *frame);
  int code = avcodec_send_frame(&context, frame.get());
  if (code >= 0) code = avcodec_receive_packet(&context, packet.get());
  if (code < 0) return cannot("encode", code);
  return packet;
}

}  // namespace

Status write_jpeg(Device& device, const Image& image, const std::string& path) {
  if (device.is_cuda() || image.format.bit_depth != 8 || image.format.layout != Layout::planar) {
    return Error{ErrorKind::device, "a JPEG is written of 8-bit planar pictures on cpu only", "use --device cpu"};
  }
  LYN_TRY(const auto context, open_encoder(image));
  LYN_TRY(const auto packet, encode(*context, image));
  device.count_transfer(Reason::video, static_cast<std::size_t>(packet->size));
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(packet->data), packet->size);
  file.close();
  if (file) return {};
  return Error{ErrorKind::output, path + ": cannot be written: " + std::strerror(errno),
               "name another file with --out"};
}

}  // namespace lyn
