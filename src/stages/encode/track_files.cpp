#include "stages/encode/track_files.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace lyn {
namespace {

MediaTime time_of(std::int64_t ticks, AVRational base) {
  return {ticks, {base.num, base.den}};
}

}  // namespace

Result<std::unique_ptr<TrackFiles>> TrackFiles::create(const SegmentOptions& options) {
  std::unique_ptr<TrackFiles> files(new TrackFiles(options));
  LYN_CHECK(files->create_file());
  return files;
}

std::string TrackFiles::name_of(int number) const {
  if (number == 0 && options_.length.count() == 0) return options_.path;
  const std::filesystem::path path(options_.path);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "-%03d", number);
  return (path.parent_path() / (path.stem().string() + text.data() + path.extension().string())).string();
}

Status TrackFiles::create_file() {
  LYN_TRY(OutputFile file, OutputFile::create(name_of(number_)));
  file_ = std::make_unique<OutputFile>(std::move(file));
  return {};
}

Status TrackFiles::begin(std::vector<Track> tracks) {
  tracks_ = std::move(tracks);
  if (first_pts_) return next_file({}, {});
  if (media_) LYN_CHECK(file_->restart());
  media_.reset();
  LYN_TRY(media_, begin_media_file(*file_, tracks_));
  return {};
}

Status TrackFiles::next_file(std::optional<std::int64_t> next_dts, std::optional<std::int64_t> next_pts) {
  if (!file_->can_restart()) {
    return Error{ErrorKind::output,
                 "cannot write to the video " + path() + ": its pictures changed, and a pipe holds one video",
                 "name a file"};
  }
  LYN_CHECK(complete(next_dts, next_pts));
  ++number_;
  LYN_CHECK(create_file());
  LYN_TRY(media_, begin_media_file(*file_, tracks_));
  return {};
}

Status TrackFiles::write(AVPacket& packet) {
  if (packet.stream_index == 0) {
    const AVRational base = tracks_[0].time_base;
    const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    const bool cut = first_pts_ && key && !grid_.same_cell(time_of(*first_pts_, base), time_of(packet.pts, base));
    if (cut) LYN_CHECK(next_file(packet.dts, packet.pts));
    last_pts_ = first_pts_ ? std::max(last_pts_, packet.pts) : packet.pts;
    if (!first_pts_) first_pts_ = packet.pts;
  }
  return media_->write(packet);
}

Segment TrackFiles::segment(std::int64_t end) const {
  const Track& video = tracks_[0];
  return {path(),
          time_of(*first_pts_, video.time_base).seconds(),
          time_of(end, video.time_base).seconds(),
          video.codec->width,
          video.codec->height,
          avcodec_get_name(video.codec->codec_id)};
}

Status TrackFiles::complete(std::optional<std::int64_t> next_dts, std::optional<std::int64_t> next_pts) {
  if (media_) LYN_CHECK(media_->finish(next_dts));
  media_.reset();
  LYN_CHECK(file_->close());
  if (!first_pts_) return {};
  const Segment done = segment(next_pts.value_or(last_pts_ + tracks_[0].last_duration));
  first_pts_.reset();
  return options_.on_segment ? options_.on_segment(done) : Status();
}

Status TrackFiles::finish() {
  const Status completed = complete({}, {});
  const Status closed = file_->close();
  return completed ? closed : completed;
}

}  // namespace lyn
