#include "stages/encode/packet_writer.h"

#include <utility>

#include "core/log.h"
#include "stages/encode/source_track.h"

namespace lyn {

Result<std::unique_ptr<PacketWriter>> PacketWriter::open(const StreamInfo& stream, const SegmentOptions& options,
                                                         std::shared_ptr<AudioInbox> audio) {
  LYN_TRY(const MediaTrack track, copied_video_track(stream, options.path));  // before a file of that name is emptied
  LYN_TRY(auto files, TrackFiles::create(options, std::move(audio)));
  std::unique_ptr<PacketWriter> writer(new PacketWriter(std::move(files), options.path));
  if (const Status begun = writer->begin(stream); !begun) {
    writer->failure_ = begun.error();
    static_cast<void>(writer->finish());
    return begun.error();
  }
  return writer;
}

Status PacketWriter::begin(const StreamInfo& stream) {
  LYN_TRY(MediaTrack track, copied_video_track(stream, path_));
  if (track.rotation != 0 && is_matroska(path_)) {
    log::warning("the video " + path_ + " will lie on its side: Matroska keeps no rotation; name an .mp4");
  }
  step_ = track.last_duration;
  return files_->begin(std::move(track));
}

Status PacketWriter::change(const StreamInfo& stream) {
  if (failure_) return *failure_;
  Status changed = release_waiting();
  if (changed) changed = begin(stream);
  if (!changed) failure_ = changed.error();
  begun_ = released_ = false;
  return changed;
}

PacketWriter::~PacketWriter() {
  if (finished_) return;
  if (const Status ended = finish(); !ended) log::error(ended.error().text());
}

Result<bool> PacketWriter::write(const Packet& packet, std::int64_t offset) {
  if (failure_) return *failure_;
  if (!begun_ && !packet.key) return true;
  begun_ = true;
  if (packet.pts == kNoTimestamp) {
    return Error{ErrorKind::output,
                 "cannot copy to the video " + files_->path() + ": the source's packets carry no times",
                 "encode it: outputs.codec: h264"};
  }
  Timed timed{packet, packet.pts + offset, {}};
  if (packet.dts != kNoTimestamp) timed.dts = packet.dts + offset;
  auto placed = place(std::move(timed));
  if (!placed) failure_ = placed.error();
  return placed;
}

/// Matroska and cameras say when a picture is shown, and not when it is decoded. Of Matroska, libavformat works that
/// out once it has seen as many pictures as are put in order: the ones before count back from there. Cameras never say;
/// theirs come in order.
Result<bool> PacketWriter::place(Timed timed) {
  constexpr std::size_t kMostWaiting = 20;  // more than the 16 that H.264 and HEVC may put in order
  if (released_) return write_timed(timed);
  waiting_.push_back(std::move(timed));
  if (!waiting_.back().dts && waiting_.size() < kMostWaiting) return true;
  LYN_CHECK(release_waiting());
  return true;
}

Status PacketWriter::release_waiting() {
  released_ = true;
  if (waiting_.empty()) return {};
  if (const auto known = waiting_.back().dts) {
    std::int64_t dts = *known;
    for (auto at = waiting_.rbegin() + 1; at != waiting_.rend(); ++at) at->dts = (dts -= step_);
  }
  for (const Timed& timed : std::exchange(waiting_, {})) {
    LYN_TRY(const bool written, write_timed(timed));
    static_cast<void>(written);
  }
  return {};
}

Result<bool> PacketWriter::write_timed(const Timed& timed) {
  const std::int64_t dts = timed.dts.value_or(timed.pts);
  if ((last_dts_ && dts <= *last_dts_) || dts > timed.pts) return false;
  last_dts_ = dts;
  const av::Packet shared = share(timed.packet, timed.pts, dts);
  if (!shared) return Error{ErrorKind::output, "no memory left to copy to " + files_->path(), "stop other programs"};
  LYN_CHECK(files_->write(*shared));
  return true;
}

Status PacketWriter::finish() {
  finished_ = true;
  Status released;
  if (!failure_) released = release_waiting();
  if (failure_ || !released) {
    files_->give_up();
    return failure_ ? Status(*failure_) : released;
  }
  return files_->finish();
}

}  // namespace lyn
