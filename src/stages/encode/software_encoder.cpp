#include "stages/encode/software_encoder.h"

#include <utility>

#include "stages/encode/colour_tags.h"
#include "stages/encode/encoder_settings.h"

namespace lyn {
namespace {

/// x265 and the JPEG encoder take no chroma in pairs and say so themselves.
AVPixelFormat pixel_format(const PictureShape& shape, const VideoWriterOptions& options) {
  if (shape.layout == Layout::semi_planar) return AV_PIX_FMT_NV12;
  return options.codec == "mjpeg" ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
}

void release_lease(void* lease, std::uint8_t*) {
  delete static_cast<std::shared_ptr<const void>*>(lease);
}

}  // namespace

Error SoftwareEncoder::failed(const char* what, int error) const {
  return {ErrorKind::device, std::string(name_) + " cannot " + what + ": " + av::text_of(error),
          "free memory, or report this with the log"};
}

Result<std::unique_ptr<SoftwareEncoder>> SoftwareEncoder::open(Device& device, const PictureShape& shape,
                                                               AVRational time_base, AVRational frame_rate,
                                                               const VideoWriterOptions& options) {
  const char* name = encoder_name(options.codec);
  const AVCodec* codec = avcodec_find_encoder_by_name(name);
  if (codec == nullptr) {
    return Error{ErrorKind::device, std::string("this FFmpeg has no encoder ") + name,
                 "install Debian's libavcodec59, or name another outputs.codec"};
  }
  std::unique_ptr<SoftwareEncoder> encoder(new SoftwareEncoder(device));
  encoder->name_ = name;
  encoder->frame_.reset(av_frame_alloc());
  encoder->context_.reset(avcodec_alloc_context3(codec));
  if (!encoder->frame_ || !encoder->context_) return encoder->failed("start", AVERROR(ENOMEM));
  AVCodecContext& context = *encoder->context_;
  context.width = shape.width;
  context.height = shape.height;
  context.pix_fmt = pixel_format(shape, options);
  context.time_base = time_base;
  context.framerate = frame_rate;
  context.max_b_frames = 0;
  context.thread_count = options.threads;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (options.codec == "mjpeg") {
    context.flags |= AV_CODEC_FLAG_QSCALE;
    context.global_quality = jpeg_scale(options.jpeg_quality) * FF_QP2LAMBDA;
  }
  context.log_level_offset = AV_LOG_INFO - AV_LOG_ERROR;  // x264's figures are not for operators
  tag_colour(context, shape.colour);
  AVDictionary* raw = encoder_settings(options, frame_rate).release();
  const int error = avcodec_open2(&context, codec, &raw);
  const av::Dictionary unused(raw);
  if (error < 0) {
    return Error{ErrorKind::device,
                 std::string(name) + " cannot encode pictures of " + std::to_string(shape.width) + "x" +
                     std::to_string(shape.height) + ": " + av::text_of(error),
                 "use a source of even sides up to 16384 pixels, or another outputs.codec"};
  }
  return encoder;
}

Result<std::shared_ptr<const AVCodecParameters>> SoftwareEncoder::parameters() const {
  std::shared_ptr<AVCodecParameters> parameters(avcodec_parameters_alloc(), av::ParametersFree());
  if (!parameters) return failed("describe the video", AVERROR(ENOMEM));
  const int error = avcodec_parameters_from_context(parameters.get(), context_.get());
  if (error < 0) return failed("describe the video", error);
  return std::shared_ptr<const AVCodecParameters>(std::move(parameters));
}

Status SoftwareEncoder::send(const Image& image, std::int64_t pts, bool key) {
  AVFrame& frame = *frame_;
  frame.format = context_->pix_fmt;
  frame.width = context_->width;
  frame.height = context_->height;
  frame.color_range = context_->color_range;
  frame.colorspace = context_->colorspace;
  frame.color_primaries = context_->color_primaries;
  frame.color_trc = context_->color_trc;
  frame.chroma_location = context_->chroma_sample_location;
  frame.pts = pts;
  frame.quality = context_->global_quality;
  frame.pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  for (std::size_t plane = 0; plane < static_cast<std::size_t>(image.format.planes()); ++plane) {
    frame.data[plane] = image.planes[plane].data.as<std::uint8_t>().host_view();
    frame.linesize[plane] = static_cast<int>(image.planes[plane].pitch);
  }
  auto lease = std::make_unique<std::shared_ptr<const void>>(image.lease);
  frame.buf[0] = av_buffer_create(frame.data[0], static_cast<std::size_t>(frame.linesize[0]), &release_lease,
                                  lease.get(), AV_BUFFER_FLAG_READONLY);
  if (frame.buf[0] == nullptr) return failed("take a picture", AVERROR(ENOMEM));
  lease.release();  // the buffer reference owns it now
  const int error = avcodec_send_frame(context_.get(), &frame);
  av_frame_unref(&frame);
  if (error < 0) return failed("encode a picture", error);
  return {};
}

Status SoftwareEncoder::drain() {
  const int error = avcodec_send_frame(context_.get(), nullptr);
  if (error < 0 && error != AVERROR_EOF) return failed("end the video", error);
  return {};
}

Result<bool> SoftwareEncoder::receive(AVPacket& packet) {
  const int error = avcodec_receive_packet(context_.get(), &packet);
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return false;
  if (error < 0) return failed("encode a picture", error);
  device_.count_transfer(Reason::video, static_cast<std::size_t>(packet.size));
  return true;
}

}  // namespace lyn
