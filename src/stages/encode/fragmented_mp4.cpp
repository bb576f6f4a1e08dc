#include "stages/encode/fragmented_mp4.h"

#include <algorithm>
#include <exception>

namespace lyn {
namespace {

constexpr int kIoBuffer = 64 * 1024;
constexpr AVRational kFragment{1, 2};  // seconds

}  // namespace

Result<std::unique_ptr<FragmentedMp4>> FragmentedMp4::begin(OutputFile& file, const AVCodecContext& encoder,
                                                            std::int64_t last_duration) {
  std::unique_ptr<FragmentedMp4> mp4(new FragmentedMp4(file));
  mp4->last_duration_ = last_duration;
  LYN_CHECK(mp4->open(encoder));
  return mp4;
}

Error FragmentedMp4::failed(const char* what, int error) const {
  return {ErrorKind::output,
          std::string("cannot ") + what + " of the video " + file_.path() + ": " + av::text_of(error),
          "report this with the version and the log"};
}

int FragmentedMp4::take_bytes(void* self, std::uint8_t* bytes, int count) {
  auto& collected = static_cast<FragmentedMp4*>(self)->bytes_;
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  try {
    collected.insert(collected.end(), first, first + count);
  } catch (const std::exception&) {
    return AVERROR(ENOMEM);
  }
  return count;
}

Status FragmentedMp4::open(const AVCodecContext& encoder) {
  held_.reset(av_packet_alloc());
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBuffer));
  io_.reset(avio_alloc_context(buffer, kIoBuffer, 1, this, nullptr, &FragmentedMp4::take_bytes, nullptr));
  AVFormatContext* muxer = nullptr;
  avformat_alloc_output_context2(&muxer, nullptr, "mp4", nullptr);
  muxer_.reset(muxer);
  if (!held_ || !io_ || !muxer_) return failed("begin the container", AVERROR(ENOMEM));
  muxer_->pb = io_.get();
  muxer_->flags |= AVFMT_FLAG_CUSTOM_IO;
  muxer_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  LYN_CHECK(add_track(encoder));
  av::Dictionary options;
  // frag_discont: the first fragment begins at its own time, not at 0. No edit list: see the header.
  av::set(options, "movflags", "frag_custom+empty_moov+default_base_moof+frag_discont");
  av::set(options, "use_editlist", "0");
  av::set(options, "video_track_timescale", std::to_string(encoder.time_base.den));
  AVDictionary* raw = options.release();
  const int error = avformat_write_header(muxer_.get(), &raw);
  options.reset(raw);
  if (error < 0) return failed("write the header", error);
  return to_file();
}

Status FragmentedMp4::add_track(const AVCodecContext& encoder) {
  AVStream* track = avformat_new_stream(muxer_.get(), nullptr);
  if (track == nullptr) return failed("add the track", AVERROR(ENOMEM));
  if (const int error = avcodec_parameters_from_context(track->codecpar, &encoder); error < 0) {
    return failed("describe the track", error);
  }
  track->time_base = encoder.time_base;
  track->avg_frame_rate = encoder.framerate;
  time_base_ = encoder.time_base;
  fragment_limit_ = std::max<std::int64_t>(1, av_rescale_q(1, kFragment, time_base_));
  return {};
}

Status FragmentedMp4::write(AVPacket& packet) {
  if (holding_) LYN_CHECK(mux_held(packet.pts - held_->pts));
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if (!fragment_empty_ && (key || packet.pts - fragment_start_ >= fragment_limit_)) LYN_CHECK(end_fragment());
  if (fragment_empty_) fragment_start_ = packet.pts;
  fragment_empty_ = false;
  av_packet_move_ref(held_.get(), &packet);
  holding_ = true;
  return {};
}

Status FragmentedMp4::mux_held(std::int64_t duration) {
  holding_ = false;
  held_->duration = duration;
  held_->stream_index = 0;
  av_packet_rescale_ts(held_.get(), time_base_, muxer_->streams[0]->time_base);
  const int error = av_write_frame(muxer_.get(), held_.get());
  av_packet_unref(held_.get());
  if (error < 0) return failed("add a picture", error);
  return {};
}

Status FragmentedMp4::end_fragment() {
  fragment_empty_ = true;
  if (const int error = av_write_frame(muxer_.get(), nullptr); error < 0) return failed("end a fragment", error);
  return to_file();
}

Status FragmentedMp4::to_file() {
  avio_flush(io_.get());
  const Status written = file_.write(bytes_);
  bytes_.clear();
  return written;
}

Status FragmentedMp4::finish() {
  if (holding_) LYN_CHECK(mux_held(last_duration_));
  const int error = av_write_trailer(muxer_.get());
  if (error < 0) return failed("write the end", error);
  return to_file();
}

}  // namespace lyn
