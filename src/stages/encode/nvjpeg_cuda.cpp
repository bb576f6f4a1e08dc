#include "stages/encode/nvjpeg_cuda.h"

#include <cstring>
#include <optional>
#include <utility>

#include "device/caller.h"
#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/nvenc_probe.h"
#include "device/cuda/nvjpeg_api.h"
#include "stages/encode/colour_tags.h"
#include "stages/encode/nvjpeg_memory_cuda.h"

namespace lyn {
namespace {

class NvjpegEncoder final : public PictureEncoder {
 public:
  NvjpegEncoder(Device& device, cuda::ContextRef context, const nvjpeg::NvjpegApi& api, std::unique_ptr<Stream> stream,
                const PictureShape& shape)
      : device_(device),
        context_(std::move(context)),
        api_(api),
        stream_(std::move(stream)),
        memory_(device, *stream_),
        shape_(shape) {}
  ~NvjpegEncoder() override;

  Status start(int quality);
  Status send(const Image& image, std::int64_t pts, bool key) override;
  Status drain() override { return {}; }
  Result<bool> receive(AVPacket& packet) override;
  [[nodiscard]] Result<std::shared_ptr<const AVCodecParameters>> parameters() const override;

 private:
  [[nodiscard]] CUstream order() const { return cuda::stream_handle(*stream_); }
  Error failed(nvjpeg::Code code, const char* call);
  Status check(nvjpeg::Code code, const char* call) {
    return code == nvjpeg::kSuccess ? Status() : Status(failed(code, call));
  }
  Status encode(const Image& image);
  Status fetch();
  Status make_room(std::size_t bytes);

  Device& device_;
  cuda::ContextRef context_;
  const nvjpeg::NvjpegApi& api_;
  std::unique_ptr<Stream> stream_;
  NvjpegMemory memory_;
  PictureShape shape_;
  nvjpeg::Handle handle_ = nullptr;
  nvjpeg::State state_ = nullptr;
  nvjpeg::Parameters parameters_ = nullptr;
  Buffer file_;  ///< on the device
  Staging read_;
  std::size_t size_ = 0;  ///< of the file in read_; 0: none is waiting
  std::int64_t pts_ = 0;
};

NvjpegEncoder::~NvjpegEncoder() {
  if (!context_->enter()) return;
  const CallerScope scope(Caller::jpeg_encoder);
  if (parameters_ != nullptr) api_.parameters_destroy(parameters_);
  if (state_ != nullptr) api_.state_destroy(state_);
  if (handle_ != nullptr) api_.destroy(handle_);
}

/// The pool knows why it lent nothing, and the driver whether the GPU is lost: nvJPEG keeps both to itself.
Error NvjpegEncoder::failed(nvjpeg::Code code, const char* call) {
  if (auto refused = memory_.take_error()) return *refused;
  if (const Status lost = stream_->synchronize(); !lost) return lost.error();
  return nvjpeg::nvjpeg_error(code, call);
}

Status NvjpegEncoder::start(int quality) {
  LYN_CHECK(context_->enter());
  {
    const CallerScope scope(Caller::jpeg_encoder);
    nvjpeg::Allocator on_device = memory_.on_device();
    nvjpeg::Allocator on_host = memory_.on_host();
    LYN_CHECK(check(api_.create(nvjpeg::kBackendDefault, &on_device, &on_host, 0, &handle_), "nvjpegCreateExV2"));
    LYN_CHECK(check(api_.state_create(handle_, &state_, order()), "nvjpegEncoderStateCreate"));
    LYN_CHECK(check(api_.parameters_create(handle_, &parameters_, order()), "nvjpegEncoderParamsCreate"));
    LYN_CHECK(check(api_.set_quality(parameters_, quality, order()), "nvjpegEncoderParamsSetQuality"));
    LYN_CHECK(
        check(api_.set_sampling(parameters_, nvjpeg::kSampling420, order()), "nvjpegEncoderParamsSetSamplingFactors"));
  }
  const PixelFormat format{Chroma::yuv420, Layout::planar, 8, false};
  LYN_TRY(const Image any, make_image(device_, shape_.width, shape_.height, format, shape_.colour));
  LYN_CHECK(encode(any));
  // A file is hardly ever larger than the samples that it is made of, and its headers.
  constexpr std::size_t kHeaders = 4096;
  const auto samples = static_cast<std::size_t>(shape_.width) * static_cast<std::size_t>(shape_.height) * 3 / 2;
  return make_room(samples + kHeaders);
}

Status NvjpegEncoder::make_room(std::size_t bytes) {
  if (bytes <= file_.size()) return {};
  LYN_TRY(file_, device_.pool().lease(bytes));
  LYN_TRY(read_, Staging::create(device_, bytes));
  return {};
}

/// Until the file lies on the device.
Status NvjpegEncoder::encode(const Image& image) {
  nvjpeg::Planes planes;
  for (std::size_t i = 0; i < 3; ++i) {
    planes.channel[i] = reinterpret_cast<unsigned char*>(image.planes.at(i).data.raw);
    planes.pitch[i] = static_cast<std::size_t>(image.planes.at(i).pitch);
  }
  LYN_CHECK(stream_->wait(image.ready));
  const CallerScope scope(Caller::jpeg_encoder);
  LYN_CHECK(check(
      api_.encode(handle_, state_, parameters_, &planes, nvjpeg::kSampling420, image.width, image.height, order()),
      "nvjpegEncodeYUV"));
  return stream_->synchronize();
}

/// Brings the file to the host, by the one copy of ours that the ledger counts.
Status NvjpegEncoder::fetch() {
  std::size_t size = 0;
  {
    const CallerScope scope(Caller::jpeg_encoder);
    LYN_CHECK(check(api_.retrieve(handle_, state_, nullptr, &size, order()), "nvjpegEncodeRetrieveBitstream"));
    LYN_CHECK(make_room(size));
    auto* const file = reinterpret_cast<unsigned char*>(file_.address().raw);
    LYN_CHECK(
        check(api_.retrieve_on_device(handle_, state_, file, &size, order()), "nvjpegEncodeRetrieveBitstreamDevice"));
  }
  LYN_CHECK(device_.copy_out(*stream_, Reason::video, read_.bytes().first(size), file_.address()));
  LYN_CHECK(stream_->synchronize());
  size_ = size;
  return {};
}

Status NvjpegEncoder::send(const Image& image, std::int64_t pts, bool /*key*/) {
  if (image.width != shape_.width || image.height != shape_.height || image.format.layout != Layout::planar ||
      image.format.bit_depth != 8 || image.format.chroma != Chroma::yuv420) {
    return Error{ErrorKind::device, "nvJPEG: the picture is not of the shape that the encoder was opened for",
                 "pass what JpegColours::convert gives"};
  }
  LYN_CHECK(context_->enter());
  LYN_CHECK(encode(image));
  pts_ = pts;
  return fetch();
}

Result<bool> NvjpegEncoder::receive(AVPacket& packet) {
  if (size_ == 0) return false;
  av_packet_unref(&packet);
  if (const int error = av_new_packet(&packet, static_cast<int>(size_)); error < 0) {
    return Error{ErrorKind::device,
                 "nvJPEG: cannot hold a picture of " + std::to_string(size_) + " bytes: " + av::text_of(error),
                 "free memory"};
  }
  std::memcpy(packet.data, read_.bytes().data(), std::exchange(size_, 0U));
  packet.pts = packet.dts = pts_;
  packet.flags |= AV_PKT_FLAG_KEY;
  return true;
}

Result<std::shared_ptr<const AVCodecParameters>> NvjpegEncoder::parameters() const {
  const av::CodecContext context(avcodec_alloc_context3(nullptr));
  std::shared_ptr<AVCodecParameters> parameters(avcodec_parameters_alloc(), av::ParametersFree());
  const Error no_memory{ErrorKind::device, "nvJPEG: cannot describe the video", "free memory"};
  if (!context || !parameters) return no_memory;
  context->codec_type = AVMEDIA_TYPE_VIDEO;
  context->codec_id = AV_CODEC_ID_MJPEG;
  context->width = shape_.width;
  context->height = shape_.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  tag_colour(*context, shape_.colour);
  if (avcodec_parameters_from_context(parameters.get(), context.get()) < 0) return no_memory;
  return std::shared_ptr<const AVCodecParameters>(std::move(parameters));
}

}  // namespace

Status check_cuda_encoder(const Device& device, const std::string& codec) {
  if (codec == "mjpeg") {
    const auto& api = nvjpeg::nvjpeg_api();
    return api ? Status() : Status(api.error());
  }
  LYN_TRY(const cuda::ContextRef context, cuda::context_of(device));
  const cuda::NvencAnswer nvenc = cuda::ask_nvenc(*context);
  return Error{ErrorKind::device,
               "outputs.codec: " + device.name() + " does not encode " + codec + ": " +
                   (nvenc.encodes ? "its NVENC is not used yet" : nvenc.words),
               "set outputs.codec: mjpeg, or copy for the source's own packets, or run it with --device cpu"};
}

Result<std::unique_ptr<PictureEncoder>> open_nvjpeg_encoder(Device& device, const PictureShape& shape, int quality) {
  const auto& api = nvjpeg::nvjpeg_api();
  if (!api) return api.error();
  LYN_TRY(cuda::ContextRef context, cuda::context_of(device));
  LYN_TRY(auto stream, device.open_stream());
  auto encoder = std::make_unique<NvjpegEncoder>(device, std::move(context), **api, std::move(stream), shape);
  LYN_CHECK(encoder->start(quality));
  return std::unique_ptr<PictureEncoder>(std::move(encoder));
}

}  // namespace lyn
