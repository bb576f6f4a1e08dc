#include "stages/encode/source_track.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <string_view>

namespace lyn {
namespace {

constexpr std::array<std::string_view, 5> kSounds{"aac", "mp3", "opus", "pcm_alaw", "pcm_mulaw"};

AVRational rational(const Rational& value, AVRational otherwise) {
  const bool fits = value.num > 0 && value.num <= INT_MAX && value.den > 0 && value.den <= INT_MAX;
  return fits ? AVRational{static_cast<int>(value.num), static_cast<int>(value.den)} : otherwise;
}

const char* container_name(const std::string& path) {
  return is_matroska(path) ? "Matroska" : "an MP4";
}

/// Matroska takes G.711 by the name that AVI has for it, which libavformat counts as unofficial.
bool holds(const std::string& path, AVCodecID codec) {
  const bool by_avi_name = is_matroska(path) && (codec == AV_CODEC_ID_PCM_ALAW || codec == AV_CODEC_ID_PCM_MULAW);
  const AVOutputFormat* format = av_guess_format(is_matroska(path) ? "matroska" : "mp4", nullptr, nullptr);
  return format != nullptr &&
         avformat_query_codec(format, codec, by_avi_name ? FF_COMPLIANCE_UNOFFICIAL : FF_COMPLIANCE_NORMAL) == 1;
}

Result<std::shared_ptr<AVCodecParameters>> parameters_of(const std::string& codec,
                                                         const std::vector<std::uint8_t>& config) {
  std::shared_ptr<AVCodecParameters> parameters(avcodec_parameters_alloc(), av::ParametersFree());
  const AVCodecDescriptor* known = avcodec_descriptor_get_by_name(codec.c_str());
  if (!parameters || known == nullptr) {
    return Error{ErrorKind::output, "a stream of " + codec + " cannot be copied", "encode it: outputs.codec: h264"};
  }
  parameters->codec_type = known->type;
  parameters->codec_id = known->id;
  if (config.empty()) return parameters;
  parameters->extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters->extradata == nullptr) {
    return Error{ErrorKind::output, "no memory left to copy a stream of " + codec, "stop other programs"};
  }
  std::memcpy(parameters->extradata, config.data(), config.size());
  parameters->extradata_size = static_cast<int>(config.size());
  return parameters;
}

/// What VP9's box in an MP4 is made of; other codecs say it in their own headers.
AVPixelFormat pixel_format(const StreamInfo& stream) {
  std::string name = stream.chroma == Chroma::yuv420   ? "yuv420p"
                     : stream.chroma == Chroma::yuv422 ? "yuv422p"
                     : stream.chroma == Chroma::yuv444 ? "yuv444p"
                                                       : "gray";
  if (stream.bit_depth > 8) name += std::to_string(stream.bit_depth) + "le";
  return av_get_pix_fmt(name.c_str());
}

void release_owner(void* owner, std::uint8_t*) {
  delete static_cast<std::shared_ptr<const void>*>(owner);
}

}  // namespace

Result<MediaTrack> copied_video_track(const StreamInfo& stream, const std::string& path) {
  LYN_TRY(auto parameters, parameters_of(stream.codec_name, stream.extradata));
  if (!holds(path, parameters->codec_id)) {
    return Error{
        ErrorKind::output,
        "cannot copy to the video " + path + ": " + container_name(path) + " cannot hold " + stream.codec_name,
        is_matroska(path) ? "encode it: outputs.codec: h264" : "name an .mkv, or encode it: outputs.codec: h264"};
  }
  parameters->width = stream.width;
  parameters->height = stream.height;
  parameters->format = pixel_format(stream);
  if (stream.colour.range == Range::full) parameters->color_range = AVCOL_RANGE_JPEG;
  MediaTrack track;
  track.codec = std::move(parameters);
  track.time_base = rational(stream.time_base, {1, 1'000'000});
  track.frame_rate = rational(stream.frame_rate, {25, 1});
  track.last_duration = std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(track.frame_rate), track.time_base));
  track.copied = true;
  track.rotation = stream.rotation;
  return track;
}

Result<MediaTrack> audio_track(const AudioInfo& audio, const std::string& path) {
  LYN_TRY(auto parameters, parameters_of(audio.codec, audio.config));
  if (std::ranges::find(kSounds, audio.codec) == kSounds.end() || !holds(path, parameters->codec_id) ||
      audio.clock_rate <= 0 || audio.channels <= 0 || (audio.codec == "aac" && audio.config.empty())) {
    return Error{ErrorKind::output,
                 "the sound (" + audio.codec + ") is left out of the video " + path + ": " +
                     (is_matroska(path) ? "AAC, MP3, Opus and G.711 are copied" : "an MP4 holds AAC, MP3 and Opus"),
                 is_matroska(path) ? "" : "an .mkv holds G.711 too"};
  }
  parameters->sample_rate = audio.clock_rate;
  av_channel_layout_default(&parameters->ch_layout, audio.channels);
  parameters->frame_size = audio.frame_size;
  MediaTrack track;
  track.codec = std::move(parameters);
  track.time_base = rational(audio.base(), {1, audio.clock_rate});
  const std::int64_t samples = audio.frame_size > 0 ? audio.frame_size : 1;
  track.last_duration = std::max<std::int64_t>(1, av_rescale_q(samples, {1, audio.clock_rate}, track.time_base));
  return track;
}

av::Packet share(const Packet& packet, std::int64_t pts, std::int64_t dts) {
  av::Packet shared(av_packet_alloc());
  if (!shared) return nullptr;
  auto owner = std::make_unique<std::shared_ptr<const void>>(packet.owner);
  auto* bytes = const_cast<std::uint8_t*>(packet.bytes.data());  // read-only by the flag
  shared->buf = av_buffer_create(bytes, packet.bytes.size(), &release_owner, owner.get(), AV_BUFFER_FLAG_READONLY);
  if (shared->buf == nullptr) return nullptr;
  owner.release();  // the buffer reference owns it now
  shared->data = bytes;
  shared->size = static_cast<int>(packet.bytes.size());
  shared->pts = pts;
  shared->dts = dts;
  shared->duration = std::max<std::int64_t>(0, packet.duration);
  if (packet.key || packet.sound) shared->flags |= AV_PKT_FLAG_KEY;
  return shared;
}

}  // namespace lyn
