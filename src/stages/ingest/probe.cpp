#include "stages/ingest/probe.h"

#include <cmath>

#include "stages/ingest/demuxer.h"
#include "stages/ingest/rtsp_source.h"
#include "stages/ingest/stills_source.h"
#include "stages/ingest/stream_info.h"
#include "stages/ingest/webcam_source.h"

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

/// FFmpeg's name of pixels as a description of the stream tells them: "yuv420p10le".
std::string pixel_format_of(const StreamInfo& video) {
  constexpr const char* kNames[] = {"yuv420p", "yuv422p", "yuv444p", "gray"};
  std::string name = kNames[static_cast<int>(video.chroma)];
  if (video.codec == CodecId::mjpeg) name.insert(3, "j");
  return video.bit_depth == 8 ? name : name + std::to_string(video.bit_depth) + "le";
}

Result<ProbeReport> probe_rtsp(const SourceUri& uri, const SourceOptions& options) {
  LYN_TRY(const auto source, open_rtsp_source(uri, options));
  const RtspFacts facts = rtsp_facts(*source);
  ProbeReport report;
  report.source = uri.shown;
  report.container = source->container();
  report.video = source->stream();
  const auto codec = report.video.codec == CodecId::hevc ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
  if (facts.profile != 0) report.profile = or_empty(avcodec_profile_name(codec, facts.profile));
  report.pixel_format = pixel_format_of(report.video);
  report.has_audio = facts.offers_audio;
  report.live = true;
  return report;
}

Result<ProbeReport> probe_webcam(const SourceUri& uri, const SourceOptions& options) {
  LYN_TRY(const auto source, open_webcam(uri, options));
  ProbeReport report;
  report.source = uri.shown;
  report.container = source->container();
  report.video = source->stream();
  report.live = true;
  return report;
}

double seconds_of(const AVFormatContext& context, const StreamInfo& video) {
  if (video.duration_ticks > 0) {  // kNoTimestamp is far below
    return MediaTime{video.duration_ticks, video.time_base}.seconds();
  }
  return context.duration > 0 ? static_cast<double>(context.duration) / AV_TIME_BASE : 0;
}

Result<ProbeReport> probe_stills(const SourceUri& uri, const SourceOptions& options) {
  LYN_TRY(const auto source, open_stills(uri, options));
  ProbeReport report;
  report.source = uri.shown;
  report.container = source->container();
  report.video = source->stream();
  report.seconds = MediaTime{report.video.duration_ticks, report.video.time_base}.seconds();
  report.frames = std::llround(report.seconds * options.still_rate);
  return report;
}

}  // namespace

Result<ProbeReport> probe_source(const std::string& uri, const SourceOptions& options) {
  LYN_TRY(const SourceUri parsed, parse_source_uri(uri));
  if (parsed.kind == SourceUri::Kind::rtsp) return probe_rtsp(parsed, options);
  if (parsed.kind == SourceUri::Kind::stills) return probe_stills(parsed, options);
  if (parsed.kind == SourceUri::Kind::webcam) return probe_webcam(parsed, options);
  Watch watch(options.stop);
  LYN_TRY(const Demuxer demuxer, Demuxer::open(parsed, options, watch));
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
  report.live = sets_its_pace(parsed);
  return report;
}

}  // namespace lyn
