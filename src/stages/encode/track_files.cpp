#include "stages/encode/track_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "stages/encode/source_track.h"

namespace lyn {
namespace {

MediaTime time_of(std::int64_t ticks, AVRational base) {
  return {ticks, {base.num, base.den}};
}

}  // namespace

Result<std::unique_ptr<TrackFiles>> TrackFiles::create(const SegmentOptions& options,
                                                       std::shared_ptr<AudioInbox> audio) {
  std::unique_ptr<TrackFiles> files(new TrackFiles(options, std::move(audio)));
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
  std::error_code ignored;
  while (options_.keep_existing && std::filesystem::exists(name_of(number_), ignored)) ++number_;
  LYN_TRY(OutputFile file, OutputFile::create(name_of(number_)));
  file_ = std::make_unique<OutputFile>(std::move(file));
  return {};
}

Status TrackFiles::begin_media() {
  header_bytes_ = 0;
  LYN_TRY(media_, begin_media_file(*file_, tracks_));
  header_bytes_ = file_->size();
  return {};
}

Status TrackFiles::begin(MediaTrack video) {
  std::vector<MediaTrack> tracks{std::move(video)};
  if (audio_) {
    LYN_TRY(MediaTrack sound, audio_track(audio_->info(), options_.path));
    tracks.push_back(std::move(sound));
  }
  if (first_pts_) {
    LYN_CHECK(complete({}, {}));
    return open_next(std::move(tracks));
  }
  tracks_ = std::move(tracks);
  if (media_) LYN_CHECK(file_->restart());
  media_.reset();
  return begin_media();
}

Status TrackFiles::open_next(std::vector<MediaTrack> tracks) {
  if (!file_->can_restart()) {
    return Error{ErrorKind::output,
                 "cannot write to the video " + path() + ": a second file is due, and a pipe holds one video",
                 "name a file"};
  }
  tracks_ = std::move(tracks);
  ++number_;
  LYN_CHECK(create_file());
  return begin_media();
}

Status TrackFiles::write(AVPacket& packet) {
  const AVRational base = tracks_[0].time_base;
  LYN_CHECK(write_sound(time_of(packet.dts, base).seconds()));
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  const bool cut = first_pts_ && key && !grid_.same_cell(time_of(*first_pts_, base), time_of(packet.pts, base));
  if (cut) {
    LYN_CHECK(complete(packet.dts, packet.pts));
    LYN_CHECK(open_next(tracks_));
  }
  last_pts_ = first_pts_ ? std::max(last_pts_, packet.pts) : packet.pts;
  if (!first_pts_) first_pts_ = packet.pts;
  packet.stream_index = 0;
  return media_->write(packet);
}

/// Sound that does not go forward in time is left out: where a source begins anew, it may reach beyond the pictures.
Status TrackFiles::write_sound(double until) {
  while (auto sound = audio_ ? audio_->take(until) : std::nullopt) {
    if (sound->pts == kNoTimestamp || (last_sound_ && sound->pts <= *last_sound_)) continue;
    last_sound_ = sound->pts;
    const av::Packet packet = share(*sound, sound->pts, sound->pts);
    if (!packet) return Error{ErrorKind::output, "no memory left to write to " + path(), "stop other programs"};
    packet->stream_index = 1;
    LYN_CHECK(media_->write(*packet));
  }
  return {};
}

Segment TrackFiles::segment(std::int64_t end) const {
  const MediaTrack& video = tracks_[0];
  return {path(),
          time_of(*first_pts_, video.time_base).seconds(),
          time_of(end, video.time_base).seconds(),
          video.codec->width,
          video.codec->height,
          avcodec_get_name(video.codec->codec_id)};
}

Status TrackFiles::complete(std::optional<std::int64_t> next_dts, std::optional<std::int64_t> next_pts) {
  if (const auto media = std::exchange(media_, nullptr)) LYN_CHECK(media->finish(next_dts));
  LYN_CHECK(file_->close());
  if (!first_pts_) return {};
  const Segment done = segment(next_pts.value_or(last_pts_ + tracks_[0].last_duration));
  first_pts_.reset();
  return options_.on_segment ? options_.on_segment(done) : Status();
}

Status TrackFiles::finish() {
  Status completed;
  if (first_pts_ && media_)
    completed = write_sound(time_of(last_pts_ + tracks_[0].last_duration, tracks_[0].time_base).seconds());
  if (completed) completed = complete({}, {});
  const Status closed = file_->close();
  return completed ? closed : completed;
}

void TrackFiles::give_up() {
  const bool empty = file_->can_restart() && file_->size() <= header_bytes_ && file_->still_there();
  static_cast<void>(finish());  // there is an error already
  if (empty) ::unlink(path().c_str());
}

}  // namespace lyn
