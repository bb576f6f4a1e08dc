// The decoder's functions: surfaces, and the frames that are mapped from them.
#include <algorithm>
#include <cstring>
#include <vector>

#include "cusim/driver/machine.h"
#include "cusim/driver/memory.h"
#include "cusim/driver/streams.h"
#include "cusim/nvcuvid/picture.h"

using cusim::Call;
using cusim::Does;
using cusim::Kind;
using cusim::Machine;
using cusim::Picture;
using cusim::result;
namespace code = lyn::cuda::result;

namespace {

constexpr std::size_t kPitchStep = 256;

struct Decoder {
  CUVIDDECODECREATEINFO info{};
  std::vector<std::shared_ptr<Picture>> surfaces;
  std::vector<bool> mapped;  ///< by output surface
  std::uint64_t memory = 0;  ///< of the output surfaces
  std::size_t memory_bytes = 0;

  [[nodiscard]] bool deep() const { return info.OutputFormat == cudaVideoSurfaceFormat_P016; }
  [[nodiscard]] std::size_t pitch() const {
    return (info.ulTargetWidth * (deep() ? 2 : 1) + kPitchStep - 1) / kPitchStep * kPitchStep;
  }
  [[nodiscard]] std::size_t frame_bytes() const { return pitch() * info.ulTargetHeight * 3 / 2; }
  [[nodiscard]] bool any_mapped() const { return std::ranges::find(mapped, true) != mapped.end(); }
};

Decoder* as_decoder(CUvideodecoder handle) {
  return static_cast<Decoder*>(handle);
}

bool open_memory(Decoder& decoder, CUctx_st& gpu) {
  const std::size_t wanted = decoder.frame_bytes() * decoder.info.ulNumOutputSurfaces;
  decoder.memory_bytes = (wanted + cusim::kGranule - 1) / cusim::kGranule * cusim::kGranule;
  if (!Machine::instance().take_memory(gpu, decoder.memory_bytes)) return false;
  decoder.memory = cusim::reserve(decoder.memory_bytes);
  return decoder.memory != 0 && cusim::back(decoder.memory, decoder.memory_bytes, gpu.gpu);
}

/// A sample of 8 bits as it is, a deeper one in the high bits of 16.
void put_row(std::byte* to, const std::uint8_t* from, int count, int step, int depth) {
  for (int x = 0; x < count; ++x) {
    if (depth == 8) {
      to[x * step] = static_cast<std::byte>(from[x]);
    } else {
      const int value = reinterpret_cast<const std::uint16_t*>(from)[x] << (16 - depth);
      reinterpret_cast<std::uint16_t*>(to)[x * step] = static_cast<std::uint16_t>(value);
    }
  }
}

/// Planar 4:2:0 into NV12 or P016.
void put_frame(std::byte* to, std::size_t pitch, std::size_t rows, const AVFrame& frame, int depth) {
  const std::size_t sample = depth == 8 ? 1 : 2;
  for (int y = 0; y < frame.height; ++y) {
    put_row(to + static_cast<std::size_t>(y) * pitch, frame.data[0] + y * frame.linesize[0], frame.width, 1, depth);
  }
  std::byte* chroma = to + rows * pitch;
  for (int y = 0; y < (frame.height + 1) / 2; ++y) {
    for (int channel = 1; channel <= 2; ++channel) {
      put_row(chroma + static_cast<std::size_t>(y) * pitch + (channel == 2 ? sample : 0),
              frame.data[channel] + y * frame.linesize[channel], (frame.width + 1) / 2, 2, depth);
    }
  }
}

struct Offer {
  cudaVideoCodec codec;
  unsigned most_bits, most_side, least_width, least_height;
};
constexpr Offer kOffers[] = {{cudaVideoCodec_H264, 8, 4096, 48, 16},
                             {cudaVideoCodec_HEVC, 10, 8192, 144, 144},
                             {cudaVideoCodec_VP9, 10, 8192, 128, 128},
                             {cudaVideoCodec_VP8, 8, 4096, 48, 16},
                             {cudaVideoCodec_MPEG4, 8, 2032, 48, 16}};

const Offer* offer_for(const CUVIDDECODECAPS& caps) {
  const auto found = std::ranges::find(kOffers, caps.eCodecType, &Offer::codec);
  const bool offered = found != std::end(kOffers) && caps.eChromaFormat == cudaVideoChromaFormat_420 &&
                       (caps.nBitDepthMinus8 == 0 || caps.nBitDepthMinus8 + 8 == found->most_bits);
  return offered ? found : nullptr;
}

}  // namespace

extern "C" {

CUresult cuvidGetDecoderCaps(CUVIDDECODECAPS* caps) {
  const Call call("cuvidGetDecoderCaps");
  if (!call) return call.answer();
  const Offer* offer = offer_for(*caps);
  caps->bIsSupported = offer != nullptr;
  if (offer == nullptr) return CUDA_SUCCESS;
  caps->nNumNVDECs = static_cast<unsigned char>(cusim::Machine::instance().settings.decoders);
  caps->nOutputFormatMask =
      1U << (caps->nBitDepthMinus8 > 0 ? cudaVideoSurfaceFormat_P016 : cudaVideoSurfaceFormat_NV12);
  caps->nMaxWidth = caps->nMaxHeight = offer->most_side;
  caps->nMaxMBCount = offer->most_side * offer->most_side / 256;
  caps->nMinWidth = static_cast<unsigned short>(offer->least_width);
  caps->nMinHeight = static_cast<unsigned short>(offer->least_height);
  return CUDA_SUCCESS;
}

CUresult cuvidCreateDecoder(CUvideodecoder* handle, CUVIDDECODECREATEINFO* info) {
  Call call("cuvidCreateDecoder", Does::allocates);
  if (!call) return call.answer();
  auto decoder = std::make_unique<Decoder>();
  decoder->info = *info;
  decoder->surfaces.resize(info->ulNumDecodeSurfaces);
  decoder->mapped.resize(info->ulNumOutputSurfaces);
  if (!open_memory(*decoder, call.gpu())) return result(code::kOutOfMemory);
  *handle = decoder.release();
  call.makes(Kind::decoder, *handle);
  return CUDA_SUCCESS;
}

CUresult cuvidDestroyDecoder(CUvideodecoder handle) {
  Call call("cuvidDestroyDecoder", Does::gives_back);
  if (!call.gives_back(Kind::decoder, handle)) return call.answer();
  const std::unique_ptr<Decoder> decoder(as_decoder(handle));
  if (decoder->any_mapped()) call.refuse("frames of it are still mapped");
  cusim::work_off(call.gpu().gpu);
  cusim::unback(decoder->memory);
  call.gpu().used_bytes -= decoder->memory_bytes;
  return call.answer();
}

CUresult cuvidReconfigureDecoder(CUvideodecoder handle, CUVIDRECONFIGUREDECODERINFO* change) {
  Call call("cuvidReconfigureDecoder", Does::allocates);
  if (!call || !call.uses(Kind::decoder, handle)) return call.answer();
  Decoder& decoder = *as_decoder(handle);
  if (decoder.any_mapped()) return call.refuse("frames of it are still mapped");
  if (change->ulWidth > decoder.info.ulMaxWidth || change->ulHeight > decoder.info.ulMaxHeight ||
      change->ulNumDecodeSurfaces > decoder.surfaces.size()) {
    return call.refuse("more than it was made for");
  }
  cusim::work_off(call.gpu().gpu);
  decoder.info.ulWidth = change->ulWidth;
  decoder.info.ulHeight = change->ulHeight;
  decoder.info.ulTargetWidth = change->ulTargetWidth;
  decoder.info.ulTargetHeight = change->ulTargetHeight;
  std::ranges::fill(decoder.surfaces, nullptr);
  if (decoder.frame_bytes() * decoder.mapped.size() > decoder.memory_bytes)
    return call.refuse("its frames have no room");
  return CUDA_SUCCESS;
}

CUresult cuvidDecodePicture(CUvideodecoder handle, CUVIDPICPARAMS* parameters) {
  Call call("cuvidDecodePicture");
  if (!call || !call.uses(Kind::decoder, handle)) return call.answer();
  Decoder& decoder = *as_decoder(handle);
  const auto index = static_cast<std::size_t>(parameters->CurrPicIdx);
  if (index >= decoder.surfaces.size()) return call.refuse("no such surface");
  decoder.surfaces[index] = cusim::picture_of(*parameters);
  return decoder.surfaces[index] == nullptr ? call.refuse("a picture that the parser did not give") : CUDA_SUCCESS;
}

CUresult cuvidGetDecodeStatus(CUvideodecoder handle, int index, CUVIDGETDECODESTATUS* status) {
  Call call("cuvidGetDecodeStatus");
  if (!call || !call.uses(Kind::decoder, handle)) return call.answer();
  const Decoder& decoder = *as_decoder(handle);
  const auto codec = decoder.info.CodecType;
  if (codec != cudaVideoCodec_H264 && codec != cudaVideoCodec_HEVC) return result(code::kNotSupported);
  const auto& picture = decoder.surfaces.at(static_cast<std::size_t>(index));
  const bool damaged = picture != nullptr && picture->damaged;
  status->decodeStatus = damaged ? cuvidDecodeStatus_Error_Concealed : cuvidDecodeStatus_Success;
  return CUDA_SUCCESS;
}

CUresult cuvidMapVideoFrame64(CUvideodecoder handle, int index, unsigned long long* address, unsigned* pitch,
                              CUVIDPROCPARAMS* how) {
  Call call("cuvidMapVideoFrame64", Does::allocates);
  if (!call || !call.uses(Kind::decoder, handle) || !call.uses(Kind::stream, how->output_stream)) return call.answer();
  Decoder& decoder = *as_decoder(handle);
  if (index < 0 || static_cast<std::size_t>(index) >= decoder.surfaces.size()) return call.refuse("no such surface");
  const auto picture = decoder.surfaces[static_cast<std::size_t>(index)];
  if (picture == nullptr || picture->frame == nullptr)
    return call.refuse("its surface was never decoded, or again since");
  const auto free = std::ranges::find(decoder.mapped, false);
  if (free == decoder.mapped.end()) return call.refuse("more frames are mapped than it has output surfaces");
  const AVFrame& frame = *picture->frame;
  if (static_cast<unsigned>(frame.width) > decoder.info.ulTargetWidth ||
      static_cast<unsigned>(frame.height) > decoder.info.ulTargetHeight) {
    return call.refuse("the picture is larger than its target");
  }
  *free = true;
  *address = decoder.memory + decoder.frame_bytes() * static_cast<std::size_t>(free - decoder.mapped.begin());
  *pitch = static_cast<unsigned>(decoder.pitch());
  const int depth = 8 + static_cast<int>(decoder.info.bitDepthMinus8);
  cusim::queue(*how->output_stream,
               [picture, depth, to = cusim::device_view(*address), pitch = decoder.pitch(),
                rows = decoder.info.ulTargetHeight] { put_frame(to, pitch, rows, *picture->frame, depth); });
  call.makes(Kind::mapped_frame, *address);
  return CUDA_SUCCESS;
}

CUresult cuvidUnmapVideoFrame64(CUvideodecoder handle, unsigned long long address) {
  Call call("cuvidUnmapVideoFrame64", Does::gives_back);
  if (!call.gives_back(Kind::mapped_frame, address)) return call.answer();
  if (!Machine::instance().book.uses(Kind::decoder, reinterpret_cast<std::uintptr_t>(handle), call.gpu().gpu,
                                     "cuvidUnmapVideoFrame64")) {
    return result(code::kInvalidValue);
  }
  Decoder& decoder = *as_decoder(handle);
  const std::size_t at = (address - decoder.memory) / decoder.frame_bytes();
  if (address < decoder.memory || at >= decoder.mapped.size()) return call.refuse("a frame of another decoder");
  decoder.mapped[at] = false;
  return call.answer();
}

}  // extern "C"
