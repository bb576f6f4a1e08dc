#include "stages/ingest/demuxer.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include "stages/ingest/av_words.h"
#include "stages/ingest/file_check.h"
#include "stages/ingest/file_io.h"
#include "stages/ingest/http_input.h"
#include "stages/ingest/stream_info.h"

namespace lyn {
namespace {

constexpr const char* kFileProtocols = "file";
/// mpeg: program streams; obu, ivf: AV1 and VPx without a container; asf: Windows Media; _pipe: single pictures.
constexpr const char* kFileFormats =
    "mov,matroska,mpegts,mpeg,avi,asf,flv,ivf,obu,h264,hevc,m4v,mpegvideo,mjpeg,png_pipe,webp_pipe";

/// What streams of one recording may be apart at its end.
constexpr double kGoesOnSeconds = 1;

Error cancelled() {
  return {ErrorKind::cancelled, "reading was ended", ""};
}

Error out_of_memory() {
  return {ErrorKind::source, "no memory left to open a source", "stop other programs"};
}

Result<AvIo> open_file(const SourceUri& uri, Watch& watch) {
  LYN_CHECK(check_file(uri.target, uri.shown));
  AvIo io = open_file_io(uri.target, watch);
  if (io) return io;
  const int code = errno;
  return Error{ErrorKind::source, uri.shown + ": " + std::strerror(code), "check that the file can be read"};
}

Result<OpenedInput> open_file_format(const SourceUri& uri, Watch& watch) {
  LYN_TRY(AvIo io, open_file(uri, watch));
  const AVInputFormat* kind = nullptr;
  av_probe_input_buffer2(io.get(), &kind, uri.target.c_str(), nullptr, 0, 0);
  if (kind != nullptr && std::strcmp(kind->name, "image2") == 0) {  // guessed by the name alone
    kind = nullptr;
    av_probe_input_buffer2(io.get(), &kind, "", nullptr, 0, 0);
  }
  if (watch.verdict() == Watch::Verdict::interrupted) return cancelled();
  if (kind == nullptr) return explain_not_a_video(uri.target, uri.shown, "");
  // JPEG pictures one behind the other; libavformat's guess is a single one.
  if (std::strcmp(kind->name, "jpeg_pipe") == 0) kind = av_find_input_format("mjpeg");
  AvFormat context = new_format(watch, nullptr);
  if (!context) return out_of_memory();
  context->pb = io.get();
  AvOptions options;
  options.set("protocol_whitelist", kFileProtocols);
  options.set("format_whitelist", kFileFormats);
  if (open_format(context, uri.target.c_str(), kind, options) < 0) {
    if (watch.verdict() == Watch::Verdict::interrupted) return cancelled();
    return explain_not_a_video(uri.target, uri.shown, kind->name);
  }
  return OpenedInput{nullptr, std::move(io), std::move(context)};
}

/// MP4 and its kin state codec, size (but for old codecs), times and order of every packet. In other formats
/// libavformat guesses some of them from pictures that it decodes, on the CPU, for tens of milliseconds.
bool states_all(const AVFormatContext& context, int video) {
  return video >= 0 && context.streams[video]->codecpar->width > 0 &&
         std::strstr(context.iformat->name, "mp4") != nullptr;
}

/// Options of one stream's trial decoder, in the form that avformat_find_stream_info() takes.
int find_stream_info(AVFormatContext& context) {
  std::vector<AVDictionary*> options(context.nb_streams, nullptr);
  for (auto& option : options) av_dict_set_int(&option, "max_pixels", kMostPixels, 0);
  const int code = avformat_find_stream_info(&context, options.data());
  for (auto& option : options) av_dict_free(&option);
  return code;
}

int first_video(const AVFormatContext& context) {
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    const bool picture = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !picture) return static_cast<int>(i);
  }
  return -1;
}

int first_audio(const AVFormatContext& context) {
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    if (context.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) return static_cast<int>(i);
  }
  return -1;
}

Error no_video(const SourceUri& uri, const AVFormatContext& context) {
  if (first_audio(context) >= 0) {
    return {ErrorKind::source, uri.shown + ": has audio only, no video", "name a source with a video stream"};
  }
  return {ErrorKind::source, uri.shown + ": has no video stream", "name a source with a video stream"};
}

Error unknown_codec(const SourceUri& uri, const AVCodecParameters& codec) {
  char tag[AV_FOURCC_MAX_STRING_SIZE] = {};
  av_fourcc_make_string(tag, codec.codec_tag);
  return {ErrorKind::source, uri.shown + ": the codec of its video stream is not known (\"" + tag + "\")",
          "check that it plays elsewhere; its headers may be damaged"};
}

/// Sizes that the container states are checked before anything is decoded; 0 means not stated.
Status check_size(const SourceUri& uri, int width, int height) {
  return is_sane_size(width, height) ? Status() : Status(refuse_size(uri.shown, width, height));
}

}  // namespace

Result<Demuxer> Demuxer::open(const SourceUri& uri, const SourceOptions& options, Watch& watch, bool again) {
  route_av_log();
  watch.allow(options.open_timeout);
  auto opened = uri.kind == SourceUri::Kind::http ? open_http(uri, options, watch) : open_file_format(uri, watch);
  if (!opened) return opened.error();
  Demuxer demuxer(std::move(*opened));
  LYN_CHECK(demuxer.choose_video(uri, options, watch, again));
  watch.allow_for_ever();
  return demuxer;
}

Status Demuxer::choose_video(const SourceUri& uri, const SourceOptions& options, Watch& watch, bool again) {
  const int stated = first_video(*format_);
  if (stated >= 0) {
    const AVCodecParameters& codec = *format_->streams[stated]->codecpar;
    if (codec.width != 0 || codec.height != 0) LYN_CHECK(check_size(uri, codec.width, codec.height));
  }
  if (!again || !states_all(*format_, stated)) find_stream_info(*format_);
  if (watch.verdict() == Watch::Verdict::interrupted) return cancelled();
  if (uri.kind == SourceUri::Kind::http && watch.verdict() == Watch::Verdict::late) {
    return explain_http(uri.shown, 0, "", true);
  }
  const int chosen = first_video(*format_);
  if (chosen < 0) return no_video(uri, *format_);
  video_ = static_cast<unsigned>(chosen);
  const AVCodecParameters& codec = *video().codecpar;
  if (codec.codec_id == AV_CODEC_ID_NONE) return unknown_codec(uri, codec);
  if (codec.width == 0 && codec.height == 0) {
    return Error{ErrorKind::source,
                 uri.shown + ": no picture was found in its video stream (" + avcodec_get_name(codec.codec_id) + ")",
                 "check that it plays elsewhere; it may be damaged, or larger than is read here"};
  }
  LYN_CHECK(check_size(uri, codec.width, codec.height));
  if (options.listen_to_audio) audio_ = first_audio(*format_);
  discard_others();
  return {};
}

/// What is neither the video nor the audio stream is not read; in a TS other video streams are, for goes_on_as().
void Demuxer::discard_others() {
  const bool may_change = std::strcmp(format_->iformat->name, "mpegts") == 0;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const bool watched = may_change && format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    const bool wanted = i == video_ || static_cast<int>(i) == audio_;
    if (!wanted && !watched) format_->streams[i]->discard = AVDISCARD_ALL;
  }
}

int Demuxer::read(AVPacket& packet) {
  if (read_ahead_.empty()) return read_on(packet);
  av_packet_move_ref(&packet, read_ahead_.front().get());
  read_ahead_.pop_front();
  return 0;
}

int Demuxer::read_on(AVPacket& packet) {
  for (;;) {
    const int code = av_read_frame(format_.get(), &packet);
    if (code < 0) return code;
    note_time(packet);
    if (packet.stream_index == static_cast<int>(video_) || packet.stream_index == audio_) return code;
    av_packet_unref(&packet);
  }
}

const AVPacket* Demuxer::first_sound() {
  constexpr std::size_t kMostAhead = 64;
  while (read_ahead_.size() < kMostAhead) {
    AvPacket packet(av_packet_alloc());
    if (!packet || read_on(*packet) < 0) return nullptr;  // what ended it ends the next read() too
    const bool sound = packet->stream_index == audio_;
    read_ahead_.push_back(std::move(packet));
    if (sound) return read_ahead_.back().get();
  }
  return nullptr;
}

void Demuxer::note_time(const AVPacket& packet) {
  const AVStream& stream = *format_->streams[packet.stream_index];
  if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO || packet.dts == AV_NOPTS_VALUE) return;
  const double at = static_cast<double>(packet.dts) * av_q2d(stream.time_base);
  if (packet.stream_index == static_cast<int>(video_)) {
    ours_until_ = at;
  } else {
    other_ = packet.stream_index;
    other_until_ = at;
  }
}

std::string Demuxer::goes_on_as() const {
  if (other_ < 0 || other_until_ - ours_until_ < kGoesOnSeconds) return "";
  return avcodec_get_name(format_->streams[other_]->codecpar->codec_id);
}

}  // namespace lyn
