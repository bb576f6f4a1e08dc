#include "stages/encode/matroska.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "stages/encode/muxer.h"

namespace lyn {
namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::int64_t kWrittenEvery = 500'000;  // µs
constexpr std::int64_t kClusterReach = 32'000;   // µs, of the 32,767 that a block's time can say

/// TimestampScale: element 0x2AD7B1 of 3 bytes, 1,000,000 ns as libavformat has it and 1,000 ns as the times here are.
using ScaleElement = std::array<std::uint8_t, 7>;
constexpr ScaleElement kMillisecondScale{0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40};
constexpr ScaleElement kMicrosecondScale{0x2A, 0xD7, 0xB1, 0x83, 0x00, 0x03, 0xE8};

auto find_scale(std::vector<std::byte>& bytes) {
  return std::ranges::search(bytes, kMillisecondScale, [](std::byte a, std::uint8_t b) { return a == std::byte{b}; });
}

void say_microseconds(std::vector<std::byte>& bytes) {
  if (const auto place = find_scale(bytes); !place.empty()) {
    std::ranges::transform(kMicrosecondScale, place.begin(), [](std::uint8_t byte) { return std::byte{byte}; });
  }
}

class Matroska final : public MediaFile {
 public:
  Matroska(const std::string& path, std::unique_ptr<MuxerIo> io, std::span<const MediaTrack> tracks)
      : path_(path), io_(std::move(io)), tracks_(tracks.begin(), tracks.end()) {}

  Status open() {
    LYN_TRY(muxer_, av::new_muxer(*io_, "matroska"));
    for (const MediaTrack& track : tracks_) LYN_CHECK(av::add_track(*io_, *muxer_, track));
    av::Dictionary options;
    av::set(options, "write_crc32", "0");  // of what is changed afterwards
    AVDictionary* raw = options.release();
    int error = avformat_init_output(muxer_.get(), &raw);
    options.reset(raw);
    if (error >= 0) {
      for (unsigned i = 0; i < muxer_->nb_streams; ++i) muxer_->streams[i]->time_base = kMicroseconds;
      error = avformat_write_header(muxer_.get(), nullptr);
    }
    if (error < 0) return io_->failed("write the header", error);
    if (find_scale(io_->collected()).empty()) {
      return Error{ErrorKind::device, "this libavformat writes Matroska in a way that is not known",
                   "install Debian 12's libavformat59, or name an .mp4"};
    }
    io_->edit_with(&say_microseconds);
    const Status written = io_->to_file();
    io_->edit_with(nullptr);
    return written;
  }

  Status write(AVPacket& packet) override {
    av_packet_rescale_ts(&packet, tracks_[static_cast<std::size_t>(packet.stream_index)].time_base, kMicroseconds);
    if (packet.pts < 0 && packet.stream_index > 0) {  // what a decoder of sound warms up with
      av_packet_unref(&packet);
      return {};
    }
    if (packet.pts < 0) {
      return Error{ErrorKind::output,
                   "cannot write to the video " + path_ + ": a picture's time, " +
                       std::to_string(static_cast<double>(packet.pts) / 1e6) +
                       " s, is before 0, which Matroska cannot say",
                   "name an .mp4"};
    }
    const bool key = packet.stream_index == 0 && (packet.flags & AV_PKT_FLAG_KEY) != 0;
    const bool due = written_ && std::abs(packet.pts - *written_) >= kWrittenEvery;
    if (key || due || (cluster_ && std::abs(packet.pts - *cluster_) > kClusterReach)) LYN_CHECK(end_cluster());
    if (!written_ || key || due) {
      LYN_CHECK(io_->to_file());
      written_ = packet.pts;
    }
    if (!cluster_) cluster_ = packet.pts;
    const int error = av_write_frame(muxer_.get(), &packet);
    av_packet_unref(&packet);
    return error < 0 ? Status(io_->failed("add a picture", error)) : Status();
  }

  Status finish(std::optional<std::int64_t>) override {
    LYN_CHECK(end_cluster());
    LYN_CHECK(io_->to_file());
    io_->edit_with(&say_microseconds);  // the header's part with the duration is written again
    if (const int error = av_write_trailer(muxer_.get()); error < 0) return io_->failed("write the end", error);
    return io_->to_file();
  }

 private:
  Status end_cluster() {
    cluster_.reset();
    const int error = av_write_frame(muxer_.get(), nullptr);
    return error < 0 ? Status(io_->failed("end a cluster", error)) : Status();
  }

  const std::string path_;
  std::unique_ptr<MuxerIo> io_;
  std::vector<MediaTrack> tracks_;
  av::Muxer muxer_;                      // refers to io_
  std::optional<std::int64_t> cluster_;  // time of its first packet, µs
  std::optional<std::int64_t> written_;  // time up to which packets went to the file
};

}  // namespace

Result<std::unique_ptr<MediaFile>> begin_matroska(OutputFile& file, std::span<const MediaTrack> tracks) {
  LYN_TRY(auto io, MuxerIo::create(file));
  auto matroska = std::make_unique<Matroska>(file.path(), std::move(io), tracks);
  LYN_CHECK(matroska->open());
  return std::unique_ptr<MediaFile>(std::move(matroska));
}

}  // namespace lyn
