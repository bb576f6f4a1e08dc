#include "gpu/bare_cuda.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/nvcuvid_api.h"
#include "stages/decode/annexb_cuda.h"
#include "stages/decode/nvdec_limits_cuda.h"

namespace lyn::bench {
namespace {

struct Bare {
  const cuda::NvcuvidApi* api;
  std::atomic<std::uint64_t>& mapped;
  int side = 0;
  CUstream stream = nullptr;
  CUvideodecoder decoder = nullptr;
  bool failed = false;
};

int on_sequence(void* self, CUVIDEOFORMAT* format) {
  auto& bare = *static_cast<Bare*>(self);
  if (bare.decoder != nullptr) return format->min_num_decode_surfaces;
  CUVIDDECODECREATEINFO info{};
  info.CodecType = format->codec;
  info.ChromaFormat = format->chroma_format;
  info.OutputFormat = format->bit_depth_luma_minus8 > 0 ? cudaVideoSurfaceFormat_P016 : cudaVideoSurfaceFormat_NV12;
  info.bitDepthMinus8 = format->bit_depth_luma_minus8;
  info.ulNumOutputSurfaces = 2;
  info.ulNumDecodeSurfaces = format->min_num_decode_surfaces;
  info.ulCreationFlags = cudaVideoCreate_PreferCUVID;
  info.ulWidth = info.ulMaxWidth = format->coded_width;
  info.ulHeight = info.ulMaxHeight = format->coded_height;
  info.ulTargetWidth = static_cast<tcu_ulong>(format->display_area.right - format->display_area.left);
  info.ulTargetHeight = static_cast<tcu_ulong>(format->display_area.bottom - format->display_area.top);
  if (bare.side > 0) {
    const double shrink = bare.side / static_cast<double>(std::max(info.ulTargetWidth, info.ulTargetHeight));
    const auto even = [shrink](tcu_ulong pixels) {
      return 2 * static_cast<tcu_ulong>(std::lround(static_cast<double>(pixels) * shrink / 2));
    };
    info.ulTargetWidth = even(info.ulTargetWidth);
    info.ulTargetHeight = even(info.ulTargetHeight);
  }
  bare.failed = bare.api->create_decoder(&bare.decoder, &info) != CUDA_SUCCESS;
  return bare.failed ? 0 : format->min_num_decode_surfaces;
}

int on_picture(void* self, CUVIDPICPARAMS* picture) {
  auto& bare = *static_cast<Bare*>(self);
  return bare.api->decode_picture(bare.decoder, picture) == CUDA_SUCCESS ? 1 : 0;
}

int on_shown(void* self, CUVIDPARSERDISPINFO* shown) {
  auto& bare = *static_cast<Bare*>(self);
  if (shown == nullptr) return 1;
  CUVIDPROCPARAMS how{};
  how.progressive_frame = shown->progressive_frame;
  how.output_stream = bare.stream;
  unsigned long long address = 0;
  unsigned pitch = 0;
  bare.failed = bare.api->map_frame(bare.decoder, shown->picture_index, &address, &pitch, &how) != CUDA_SUCCESS;
  if (bare.failed) return 0;
  bare.api->unmap_frame(bare.decoder, address);
  ++bare.mapped;
  return 1;
}

/// Converted once, outside the measurement's loop.
std::vector<std::vector<std::uint8_t>> annexb_packets(AnnexB& annexb, const Clip& clip) {
  std::vector<std::vector<std::uint8_t>> packets;
  for (const Packet& packet : clip.packets) {
    const auto bytes = annexb.convert(packet);
    packets.emplace_back(bytes.begin(), bytes.end());
  }
  return packets;
}

}  // namespace

Status bare_nvcuvid(const Device& device, const Clip& clip, const std::atomic<bool>& stop,
                    std::atomic<std::uint64_t>& frames, int side) {
  LYN_TRY(auto context, cuda::context_of(device));
  LYN_CHECK(context->enter());
  LYN_TRY(const cudaVideoCodec codec, nvdec_codec(clip.stream));
  LYN_TRY(AnnexB annexb, AnnexB::create(clip.stream));
  const auto packets = annexb_packets(annexb, clip);
  Bare bare{*cuda::nvcuvid_api(), frames, side};
  context->api().stream_create(&bare.stream, CU_STREAM_NON_BLOCKING, 0);
  CUVIDPARSERPARAMS parameters{};
  parameters.CodecType = codec;
  parameters.ulMaxNumDecodeSurfaces = 1;
  parameters.pUserData = &bare;
  parameters.pfnSequenceCallback = on_sequence;
  parameters.pfnDecodePicture = on_picture;
  parameters.pfnDisplayPicture = on_shown;
  CUvideoparser parser = nullptr;
  LYN_CHECK(context->check(bare.api->create_parser(&parser, &parameters), "cuvidCreateVideoParser"));
  for (std::size_t i = 0; !stop.load(std::memory_order_relaxed) && !bare.failed; i = (i + 1) % packets.size()) {
    CUVIDSOURCEDATAPACKET packet{};
    packet.flags = CUVID_PKT_TIMESTAMP | CUVID_PKT_ENDOFPICTURE;
    packet.payload = packets[i].data();
    packet.payload_size = packets[i].size();
    bare.api->parse(parser, &packet);
  }
  bare.api->destroy_parser(parser);
  if (bare.decoder != nullptr) bare.api->destroy_decoder(bare.decoder);
  context->api().stream_destroy(bare.stream);
  if (bare.failed) return Error{ErrorKind::device, "the bare nvcuvid loop failed", ""};
  return {};
}

}  // namespace lyn::bench
