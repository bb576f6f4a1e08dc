#include "stages/ingest/stream_info.h"

#include <cmath>

#include "core/colour.h"
#include "core/foreign_enum.h"

namespace lyn {
namespace {

CodecId codec_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264:
      return CodecId::h264;
    case AV_CODEC_ID_HEVC:
      return CodecId::hevc;
    case AV_CODEC_ID_VP8:
      return CodecId::vp8;
    case AV_CODEC_ID_VP9:
      return CodecId::vp9;
    case AV_CODEC_ID_AV1:
      return CodecId::av1;
    case AV_CODEC_ID_MPEG4:
      return CodecId::mpeg4;
    case AV_CODEC_ID_MJPEG:
      return CodecId::mjpeg;
    case AV_CODEC_ID_MPEG1VIDEO:
      return CodecId::mpeg1;
    case AV_CODEC_ID_MPEG2VIDEO:
      return CodecId::mpeg2;
    case AV_CODEC_ID_WMV1:
      return CodecId::wmv1;
    case AV_CODEC_ID_WMV2:
      return CodecId::wmv2;
    case AV_CODEC_ID_PNG:
      return CodecId::png;
    case AV_CODEC_ID_WEBP:
      return CodecId::webp;
    default:
      return CodecId::unknown;
  }
}

Range range_of(int range) {
  if (range == AVCOL_RANGE_MPEG) return Range::limited;
  return range == AVCOL_RANGE_JPEG ? Range::full : Range::unspecified;
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

Chroma chroma_of(const AVPixFmtDescriptor& format) {
  if (format.nb_components < 3) return Chroma::grey;
  if (format.log2_chroma_w == 0) return Chroma::yuv444;
  return format.log2_chroma_h == 0 ? Chroma::yuv422 : Chroma::yuv420;
}

Rational rational_of(AVRational value) {
  return value.den > 0 ? Rational{value.num, value.den} : Rational{0, 1};
}

/// The "J" formats say by their name what color_range may leave out.
bool is_full_range_format(int format) {
  return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P;
}

/// The average; where the container cannot know it (raw streams, some live ones), the codec's.
Rational frame_rate_of(const AVStream& stream) {
  return rational_of(stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate);
}

}  // namespace

int rotation_of(const AVStream& stream) {
  std::size_t bytes = 0;
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (matrix == nullptr || bytes < 9 * sizeof(std::int32_t)) return 0;
  // av_display_rotation_get() gives how far the matrix turns the picture counterclockwise.
  const double turns = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix)) / 90.0;
  if (!std::isfinite(turns)) return 0;
  return ((static_cast<int>(std::lround(turns)) % 4) + 4) % 4;
}

StreamInfo describe_stream(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  StreamInfo info;
  info.codec = codec_of(codec.codec_id);
  info.codec_name = avcodec_get_name(codec.codec_id);
  if (codec.extradata_size > 0) info.extradata.assign(codec.extradata, codec.extradata + codec.extradata_size);
  info.width = codec.width;
  info.height = codec.height;
  if (const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(codec.format))) {
    info.bit_depth = format->comp[0].depth;
    info.chroma = chroma_of(*format);
  }
  info.time_base = rational_of(stream.time_base);
  info.frame_rate = frame_rate_of(stream);
  info.colour = {matrix_of_code(number_in(codec.color_space)), range_of(number_in(codec.color_range)),
                 siting_of(number_in(codec.chroma_location))};
  if (is_full_range_format(codec.format)) info.colour.range = Range::full;
  info.rotation = rotation_of(stream);
  if (stream.duration != AV_NOPTS_VALUE) info.duration_ticks = stream.duration;
  return info;
}

}  // namespace lyn
