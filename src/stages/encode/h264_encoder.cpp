#include "stages/encode/h264_encoder.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lyn {
namespace {

constexpr std::array<std::string_view, 10> kPresets{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                                                    "medium",    "slow",      "slower",   "veryslow", "placebo"};

void tag_colour(AVCodecContext& context, const Colour& colour) {
  struct Tags {
    AVColorSpace matrix;
    AVColorPrimaries primaries;
    AVColorTransferCharacteristic transfer;
  };
  // What is drawn on keeps its matrix; primaries and transfer are those that usually come with it.
  Tags tags{AVCOL_SPC_SMPTE170M, AVCOL_PRI_SMPTE170M, AVCOL_TRC_SMPTE170M};
  if (colour.matrix == Matrix::bt709) tags = {AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709};
  if (colour.matrix == Matrix::bt2020) tags = {AVCOL_SPC_BT2020_NCL, AVCOL_PRI_BT2020, AVCOL_TRC_BT2020_10};
  context.colorspace = tags.matrix;
  context.color_primaries = tags.primaries;
  context.color_trc = tags.transfer;
  context.color_range = colour.range == Range::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  context.chroma_sample_location = colour.siting == Siting::center    ? AVCHROMA_LOC_CENTER
                                   : colour.siting == Siting::topleft ? AVCHROMA_LOC_TOPLEFT
                                                                      : AVCHROMA_LOC_LEFT;
}

/// Pictures that may wait inside x264: at most a quarter of a second, since they are lost with the process.
/// The two fastest presets look no picture ahead.
std::string lookahead(const std::string& preset, AVRational frame_rate) {
  if (preset == "ultrafast" || preset == "superfast") return "0";
  const double rate = av_q2d(frame_rate);
  return std::to_string(std::clamp(static_cast<int>(rate / 4), 0, 10));
}

void release_lease(void* lease, std::uint8_t*) {
  delete static_cast<std::shared_ptr<const void>*>(lease);
}

}  // namespace

Status check_encoder_options(const VideoWriterOptions& options) {
  if (std::find(kPresets.begin(), kPresets.end(), options.preset) == kPresets.end()) {
    return Error{ErrorKind::usage, "no video preset is called '" + options.preset + "'",
                 "use ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow or placebo"};
  }
  if (options.crf < 0 || options.crf > 51) {
    return Error{ErrorKind::usage, "a video quality (crf) of " + std::to_string(options.crf) + " does not exist",
                 "use 0 (best) to 51; 23 is usual"};
  }
  if (options.threads < 0 || options.threads > 64) {
    return Error{ErrorKind::usage, "cannot encode with " + std::to_string(options.threads) + " threads", "use 1 to 64"};
  }
  return {};
}

Error H264Encoder::failed(const char* what, int error) const {
  return {ErrorKind::device, std::string("libx264 cannot ") + what + ": " + av::text_of(error),
          "free memory, or report this with the log"};
}

Result<std::unique_ptr<H264Encoder>> H264Encoder::open(const PictureShape& shape, AVRational time_base,
                                                       AVRational frame_rate, const VideoWriterOptions& options) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) {
    return Error{ErrorKind::device, "this FFmpeg has no libx264 encoder",
                 "install Debian's libavcodec59, or write no video"};
  }
  std::unique_ptr<H264Encoder> encoder(new H264Encoder());
  encoder->layout_ = shape.layout;
  encoder->frame_.reset(av_frame_alloc());
  encoder->context_.reset(avcodec_alloc_context3(codec));
  if (!encoder->frame_ || !encoder->context_) return encoder->failed("start", AVERROR(ENOMEM));
  AVCodecContext& context = *encoder->context_;
  context.width = shape.width;
  context.height = shape.height;
  context.pix_fmt = shape.layout == Layout::semi_planar ? AV_PIX_FMT_NV12 : AV_PIX_FMT_YUV420P;
  context.time_base = time_base;
  context.framerate = frame_rate;
  context.max_b_frames = 0;
  context.thread_count = options.threads;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  context.log_level_offset = AV_LOG_INFO - AV_LOG_ERROR;  // x264's figures are not for operators
  tag_colour(context, shape.colour);
  av::Dictionary settings;
  av::set(settings, "preset", options.preset);
  av::set(settings, "crf", std::to_string(options.crf));
  av::set(settings, "rc-lookahead", lookahead(options.preset, frame_rate));
  AVDictionary* raw = settings.release();
  const int error = avcodec_open2(&context, codec, &raw);
  settings.reset(raw);
  if (error < 0) {
    return Error{ErrorKind::device,
                 "libx264 cannot encode pictures of " + std::to_string(shape.width) + "x" +
                     std::to_string(shape.height) + ": " + av::text_of(error),
                 "use a source of even sides up to 16384 pixels"};
  }
  return encoder;
}

Result<std::shared_ptr<const AVCodecParameters>> H264Encoder::parameters() const {
  std::shared_ptr<AVCodecParameters> parameters(avcodec_parameters_alloc(), av::ParametersFree());
  if (!parameters) return failed("describe the video", AVERROR(ENOMEM));
  const int error = avcodec_parameters_from_context(parameters.get(), context_.get());
  if (error < 0) return failed("describe the video", error);
  return std::shared_ptr<const AVCodecParameters>(std::move(parameters));
}

Status H264Encoder::send(const Image& image, std::int64_t pts, bool key) {
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

Status H264Encoder::drain() {
  const int error = avcodec_send_frame(context_.get(), nullptr);
  if (error < 0 && error != AVERROR_EOF) return failed("end the video", error);
  return {};
}

Result<bool> H264Encoder::receive(AVPacket& packet) {
  const int error = avcodec_receive_packet(context_.get(), &packet);
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return false;
  if (error < 0) return failed("encode a picture", error);
  return true;
}

}  // namespace lyn
