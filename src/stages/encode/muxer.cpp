#include "stages/encode/muxer.h"

#include <cstring>

namespace lyn::av {

Result<Muxer> new_muxer(const MuxerIo& io, const char* format) {
  AVFormatContext* raw = nullptr;
  avformat_alloc_output_context2(&raw, nullptr, format, nullptr);
  Muxer muxer(raw);
  if (!muxer) return io.failed("begin the container", AVERROR(ENOMEM));
  muxer->pb = io.context();
  muxer->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  muxer->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  return muxer;
}

Status add_track(const MuxerIo& io, AVFormatContext& muxer, const MediaTrack& track) {
  AVStream* stream = avformat_new_stream(&muxer, nullptr);
  if (stream == nullptr) return io.failed("add a track", AVERROR(ENOMEM));
  if (const int error = avcodec_parameters_copy(stream->codecpar, track.codec.get()); error < 0) {
    return io.failed("describe a track", error);
  }
  // Each container has its own; of HEVC's two in an MP4, Apple's players take the one that has all parameter sets
  // ahead.
  const bool ahead = stream->codecpar->codec_id == AV_CODEC_ID_HEVC && !track.copied;
  const bool is_mp4 = std::strcmp(muxer.oformat->name, "mp4") == 0;
  stream->codecpar->codec_tag = ahead && is_mp4 ? MKTAG('h', 'v', 'c', '1') : 0;
  stream->time_base = track.time_base;
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) stream->avg_frame_rate = track.frame_rate;
  if (track.rotation == 0) return {};
  constexpr std::size_t kMatrix = 9 * sizeof(std::int32_t);
  auto* matrix = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, kMatrix);
  if (matrix == nullptr) return io.failed("describe a track", AVERROR(ENOMEM));
  av_display_rotation_set(reinterpret_cast<std::int32_t*>(matrix), 90.0 * track.rotation);
  return {};
}

}  // namespace lyn::av
