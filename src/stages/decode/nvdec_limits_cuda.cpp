#include "stages/decode/nvdec_limits_cuda.h"

#include <array>

#include "device/cuda/cuda_device_impl.h"
#include "stages/decode/nvdec_cuda.h"

namespace lyn {
namespace {

constexpr const char* kRemedy = "use --device cpu for it, or have the camera send H.264 or HEVC, 4:2:0";

struct CodecName {
  CodecId id;
  cudaVideoCodec codec;
};
constexpr std::array kCodecs = {
    CodecName{CodecId::h264, cudaVideoCodec_H264}, CodecName{CodecId::hevc, cudaVideoCodec_HEVC},
    CodecName{CodecId::vp8, cudaVideoCodec_VP8},   CodecName{CodecId::vp9, cudaVideoCodec_VP9},
    CodecName{CodecId::av1, cudaVideoCodec_AV1},   CodecName{CodecId::mpeg4, cudaVideoCodec_MPEG4},
    CodecName{CodecId::mjpeg, cudaVideoCodec_JPEG}};

const char* codec_text(cudaVideoCodec codec) {
  for (const CodecName& known : kCodecs) {
    if (known.codec == codec) return name_of(known.id);
  }
  return "this codec";
}

const char* chroma_text(cudaVideoChromaFormat chroma) {
  constexpr std::array kTexts = {"4:0:0", "4:2:0", "4:2:2", "4:4:4"};
  return kTexts.at(static_cast<std::size_t>(chroma));
}

std::string size_text(unsigned width, unsigned height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

Error refuse(const cuda::Context& context, const NvdecDemand& demand, const std::string& why) {
  std::string what = "cuda:" + std::to_string(context.ordinal()) + " cannot decode " + codec_text(demand.codec) + " " +
                     std::to_string(demand.bit_depth) + "-bit " + chroma_text(demand.chroma);
  if (demand.width > 0) what += " " + size_text(demand.width, demand.height);
  return {ErrorKind::device, what + ": " + why, kRemedy};
}

}  // namespace

Result<cudaVideoCodec> nvdec_codec(const StreamInfo& stream) {
  for (const CodecName& known : kCodecs) {
    if (known.id == stream.codec) return known.codec;
  }
  return Error{ErrorKind::device, "NVDEC has no decoder for " + stream.codec_name, kRemedy};
}

NvdecDemand nvdec_demand(cudaVideoCodec codec, const StreamInfo& stream) {
  NvdecDemand demand;
  demand.codec = codec;
  demand.bit_depth = static_cast<unsigned>(stream.bit_depth);
  demand.width = static_cast<unsigned>(stream.width);
  demand.height = static_cast<unsigned>(stream.height);
  switch (stream.chroma) {
    case Chroma::yuv420:
      demand.chroma = cudaVideoChromaFormat_420;
      break;
    case Chroma::yuv422:
      demand.chroma = cudaVideoChromaFormat_422;
      break;
    case Chroma::yuv444:
      demand.chroma = cudaVideoChromaFormat_444;
      break;
    case Chroma::grey:
      demand.chroma = cudaVideoChromaFormat_Monochrome;
      break;
  }
  return demand;
}

cudaVideoSurfaceFormat nvdec_output(const NvdecDemand& demand) {
  const bool deep = demand.bit_depth > 8;
  if (demand.chroma == cudaVideoChromaFormat_444) {
    return deep ? cudaVideoSurfaceFormat_YUV444_16Bit : cudaVideoSurfaceFormat_YUV444;
  }
  return deep ? cudaVideoSurfaceFormat_P016 : cudaVideoSurfaceFormat_NV12;
}

Status nvdec_admits(const cuda::Context& context, const NvdecDemand& demand) {
  const auto& api = cuda::nvcuvid_api();
  if (!api) return api.error();
  CUVIDDECODECAPS caps{};
  caps.eCodecType = demand.codec;
  caps.eChromaFormat = demand.chroma;
  caps.nBitDepthMinus8 = demand.bit_depth - 8;
  LYN_CHECK(context.check((*api)->decoder_caps(&caps), "cuvidGetDecoderCaps"));
  if (caps.bIsSupported == 0) return refuse(context, demand, "its NVDEC does not offer this");
  if ((caps.nOutputFormatMask & (1U << nvdec_output(demand))) == 0 || demand.chroma == cudaVideoChromaFormat_422) {
    return refuse(context, demand, "its NVDEC has no output format that keeps these samples");
  }
  if (demand.width == 0) return {};
  if (demand.width > caps.nMaxWidth || demand.height > caps.nMaxHeight) {
    return refuse(context, demand, "at most " + size_text(caps.nMaxWidth, caps.nMaxHeight));
  }
  if (demand.width < caps.nMinWidth || demand.height < caps.nMinHeight) {
    return refuse(context, demand, "at least " + size_text(caps.nMinWidth, caps.nMinHeight));
  }
  const auto macroblocks = static_cast<std::uint64_t>(demand.width) * demand.height / 256;
  if (macroblocks > caps.nMaxMBCount) {
    return refuse(context, demand, "at most " + std::to_string(caps.nMaxMBCount) + " macroblocks of 16x16");
  }
  return {};
}

/// Asked for H.264, which all of them take.
int nvdec_engines(Device& device) {
  const auto context = cuda::context_of(device);
  const auto& api = cuda::nvcuvid_api();
  if (!context || !api || !(*context)->enter()) return 0;
  CUVIDDECODECAPS caps{};
  caps.eCodecType = cudaVideoCodec_H264;
  caps.eChromaFormat = cudaVideoChromaFormat_420;
  return (*api)->decoder_caps(&caps) == CUDA_SUCCESS ? caps.nNumNVDECs : 0;
}

}  // namespace lyn
