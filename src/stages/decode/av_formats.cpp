#include "stages/decode/av_formats.h"

#include "core/colour.h"
#include "core/foreign_enum.h"

namespace lyn {
namespace {

constexpr std::uint64_t kForeignFlags = AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                                        AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BAYER |
                                        AV_PIX_FMT_FLAG_FLOAT;

std::optional<Chroma> chroma_of(const AVPixFmtDescriptor& format) {
  if (format.nb_components == 1) return Chroma::grey;
  if (format.log2_chroma_w == 0 && format.log2_chroma_h == 0) return Chroma::yuv444;
  if (format.log2_chroma_w == 1 && format.log2_chroma_h == 0) return Chroma::yuv422;
  if (format.log2_chroma_w == 1 && format.log2_chroma_h == 1) return Chroma::yuv420;
  return std::nullopt;
}

/// Three planes, or luma and then U before V in one (NV12 but not NV21); packed forms have none.
std::optional<Layout> layout_of(const AVPixFmtDescriptor& format) {
  if (format.nb_components == 1) return Layout::planar;
  const auto* parts = format.comp;
  if (parts[0].plane == parts[1].plane) return std::nullopt;
  if (parts[1].plane == 1 && parts[2].plane == 2) return Layout::planar;
  const bool u_first = parts[1].plane == 1 && parts[2].plane == 1 && parts[1].offset < parts[2].offset;
  return u_first ? std::optional(Layout::semi_planar) : std::nullopt;
}

Siting siting_of(int location) {
  switch (location) {
    case AVCHROMA_LOC_LEFT:
      return Siting::left;
    case AVCHROMA_LOC_CENTER:
      return Siting::center;
    case AVCHROMA_LOC_TOPLEFT:
      return Siting::topleft;
    default:
      return Siting::unspecified;
  }
}

Range range_of(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
      return Range::full;
    default:
      break;
  }
  const int range = number_in(frame.color_range);
  if (range == AVCOL_RANGE_MPEG) return Range::limited;
  return range == AVCOL_RANGE_JPEG ? Range::full : Range::unspecified;
}

template <class T>
T first_tagged(T first, T second) {
  return first != T::unspecified ? first : second;
}

}  // namespace

std::optional<PixelFormat> pixel_format_of(AVPixelFormat format) {
  const AVPixFmtDescriptor* known = av_pix_fmt_desc_get(format);
  if (known == nullptr || (known->flags & kForeignFlags) != 0) return std::nullopt;
  const bool alpha = (known->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;  // a plane of its own is left where it is
  if (alpha && (known->nb_components != 4 || known->comp[3].plane != 3)) return std::nullopt;
  if (known->nb_components != 1 && known->nb_components != (alpha ? 4 : 3)) return std::nullopt;
  const auto chroma = chroma_of(*known);
  const auto layout = layout_of(*known);
  const int depth = known->comp[0].depth;
  if (!chroma || !layout || depth < 8 || depth > 12) return std::nullopt;
  return PixelFormat{*chroma, *layout, static_cast<std::uint8_t>(depth), known->comp[0].shift > 0};
}

Colour colour_of(const AVFrame& frame, const Colour& container) {
  return {first_tagged(matrix_of_code(number_in(frame.colorspace)), container.matrix),
          first_tagged(range_of(frame), container.range),
          first_tagged(siting_of(number_in(frame.chroma_location)), container.siting)};
}

void tag_context(AVCodecContext& context, const Colour& container) {
  if (container.matrix == Matrix::bt601) context.colorspace = AVCOL_SPC_SMPTE170M;
  if (container.matrix == Matrix::bt709) context.colorspace = AVCOL_SPC_BT709;
  if (container.matrix == Matrix::bt2020) context.colorspace = AVCOL_SPC_BT2020_NCL;
  if (container.range == Range::limited) context.color_range = AVCOL_RANGE_MPEG;
  if (container.range == Range::full) context.color_range = AVCOL_RANGE_JPEG;
}

AVCodecID codec_id_of(CodecId codec) {
  switch (codec) {
    case CodecId::h264:
      return AV_CODEC_ID_H264;
    case CodecId::hevc:
      return AV_CODEC_ID_HEVC;
    case CodecId::vp8:
      return AV_CODEC_ID_VP8;
    case CodecId::vp9:
      return AV_CODEC_ID_VP9;
    case CodecId::mpeg4:
      return AV_CODEC_ID_MPEG4;
    case CodecId::mjpeg:
      return AV_CODEC_ID_MJPEG;
    case CodecId::mpeg1:
      return AV_CODEC_ID_MPEG1VIDEO;
    case CodecId::mpeg2:
      return AV_CODEC_ID_MPEG2VIDEO;
    case CodecId::wmv1:
      return AV_CODEC_ID_WMV1;
    case CodecId::wmv2:
      return AV_CODEC_ID_WMV2;
    case CodecId::png:
      return AV_CODEC_ID_PNG;
    case CodecId::webp:
      return AV_CODEC_ID_WEBP;
    case CodecId::av1:
    case CodecId::unknown:
      break;
  }
  return AV_CODEC_ID_NONE;
}

}  // namespace lyn
