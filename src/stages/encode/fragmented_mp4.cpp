#include "stages/encode/fragmented_mp4.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stages/encode/muxer.h"

namespace lyn {
namespace {

constexpr AVRational kFragment{1, 2};  // seconds

class FragmentedMp4 final : public MediaFile {
 public:
  FragmentedMp4(std::unique_ptr<MuxerIo> io, std::span<const MediaTrack> tracks)
      : io_(std::move(io)), tracks_(tracks.begin(), tracks.end()), held_(tracks.size()) {}

  Status open() {
    for (av::Packet& held : held_) held.reset(av_packet_alloc());
    const bool room = std::ranges::all_of(held_, [](const av::Packet& held) { return held != nullptr; });
    LYN_TRY(muxer_, av::new_muxer(*io_, "mp4"));
    if (!room) return io_->failed("begin the container", AVERROR(ENOMEM));
    for (const MediaTrack& track : tracks_) LYN_CHECK(av::add_track(*io_, *muxer_, track));
    fragment_limit_ = std::max<std::int64_t>(1, av_rescale_q(1, kFragment, tracks_[0].time_base));
    av::Dictionary options;
    if (tracks_[0].copied) {
      av::set(options, "movflags", "frag_custom+delay_moov+default_base_moof");
      av::set(options, "movie_timescale", std::to_string(tracks_[0].time_base.den));  // that of the edit list
    } else {
      // frag_discont: the first fragment begins at its own time, not at 0. No edit list: see the header.
      av::set(options, "movflags", "frag_custom+empty_moov+default_base_moof+frag_discont");
      av::set(options, "use_editlist", "0");
    }
    av::set(options, "video_track_timescale", std::to_string(tracks_[0].time_base.den));
    AVDictionary* raw = options.release();
    const int error = avformat_write_header(muxer_.get(), &raw);
    options.reset(raw);
    if (error < 0) return io_->failed("write the header", error);
    return io_->to_file();
  }

  Status write(AVPacket& packet) override {
    const auto track = static_cast<std::size_t>(packet.stream_index);
    if (track > 0 && packet.dts < 0 && !tracks_[0].copied) {  // what a decoder of sound warms up with
      av_packet_unref(&packet);
      return {};
    }
    AVPacket& held = *held_[track];
    if (held.data != nullptr) LYN_CHECK(mux(held, packet.dts - held.dts));
    if (track == 0) {
      const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
      if (!fragment_empty_ && (key || packet.dts - fragment_start_ >= fragment_limit_)) LYN_CHECK(end_fragment());
      if (fragment_empty_) fragment_start_ = packet.dts;
      fragment_empty_ = false;
    }
    av_packet_move_ref(&held, &packet);
    return {};
  }

  Status finish(std::optional<std::int64_t> next) override {
    for (std::size_t track = 0; track < held_.size(); ++track) {
      AVPacket& held = *held_[track];
      if (held.data == nullptr) continue;
      LYN_CHECK(mux(held, track == 0 && next ? *next - held.dts : tracks_[track].last_duration));
    }
    if (const int error = av_write_trailer(muxer_.get()); error < 0) return io_->failed("write the end", error);
    return io_->to_file();
  }

 private:
  Status mux(AVPacket& held, std::int64_t duration) {
    const auto track = static_cast<std::size_t>(held.stream_index);
    held.duration = duration;
    av_packet_rescale_ts(&held, tracks_[track].time_base, muxer_->streams[track]->time_base);
    const int error = av_write_frame(muxer_.get(), &held);
    av_packet_unref(&held);
    return error < 0 ? Status(io_->failed("add a picture", error)) : Status();
  }

  Status end_fragment() {
    fragment_empty_ = true;
    // The first one gives the header alone where that was delayed.
    const int times = tracks_[0].copied && !std::exchange(header_out_, true) ? 2 : 1;
    for (int i = 0; i < times; ++i) {
      const int error = av_write_frame(muxer_.get(), nullptr);
      if (error < 0) return io_->failed("end a fragment", error);
    }
    return io_->to_file();
  }

  std::unique_ptr<MuxerIo> io_;
  std::vector<MediaTrack> tracks_;
  av::Muxer muxer_;  // refers to io_
  std::vector<av::Packet> held_;
  std::int64_t fragment_limit_ = 0;
  std::int64_t fragment_start_ = 0;
  bool fragment_empty_ = true;
  bool header_out_ = false;
};

}  // namespace

Result<std::unique_ptr<MediaFile>> begin_fragmented_mp4(OutputFile& file, std::span<const MediaTrack> tracks) {
  LYN_TRY(auto io, MuxerIo::create(file));
  auto mp4 = std::make_unique<FragmentedMp4>(std::move(io), tracks);
  LYN_CHECK(mp4->open());
  return std::unique_ptr<MediaFile>(std::move(mp4));
}

}  // namespace lyn
