#include "stages/ingest/probe.h"

#include "stages/ingest/demuxer.h"
#include "stages/ingest/stream_info.h"

namespace lyn {
namespace {

bool has_audio(const AVFormatContext& context) {
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    if (context.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) return true;
  }
  return false;
}

std::string or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

double seconds_of(const AVFormatContext& context, const StreamInfo& video) {
  if (video.duration_ticks > 0) {  // kNoTimestamp is far below
    return MediaTime{video.duration_ticks, video.time_base}.seconds();
  }
  return context.duration > 0 ? static_cast<double>(context.duration) / AV_TIME_BASE : 0;
}

}  // namespace

Result<ProbeReport> probe_source(const std::string& uri, const SourceOptions& options) {
  LYN_TRY(const SourceUri parsed, parse_source_uri(uri));
  SourceOptions all = options;
  all.listen_to_audio = true;
  Watch watch(options.stop);
  LYN_TRY(const Demuxer demuxer, Demuxer::open(parsed, all, watch));
  const AVFormatContext& context = demuxer.context();
  const AVStream& stream = demuxer.video();
  const AVCodecParameters& codec = *stream.codecpar;
  ProbeReport report;
  report.source = parsed.shown;
  report.container = context.iformat->name;
  report.video = describe_stream(stream);
  report.profile = or_empty(avcodec_profile_name(codec.codec_id, codec.profile));
  report.pixel_format = or_empty(av_get_pix_fmt_name(static_cast<AVPixelFormat>(codec.format)));
  report.seconds = seconds_of(context, report.video);
  report.frames = stream.nb_frames;
  report.bits_per_second = codec.bit_rate > 0 ? codec.bit_rate : context.bit_rate;
  report.has_audio = has_audio(context);
  report.live = parsed.kind == SourceUri::Kind::rtsp;
  return report;
}

}  // namespace lyn
