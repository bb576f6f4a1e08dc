#include "stages/encode/audio_inbox.h"

#include <utility>

#include "stages/encode/source_track.h"

namespace lyn {

bool AudioInbox::push(Packet packet, std::int64_t offset) {
  if (packet.pts != kNoTimestamp) packet.pts += offset;
  std::lock_guard lock(mutex_);
  packets_.push_back(std::move(packet));
  if (packets_.size() <= kMostWaiting) return true;
  packets_.pop_front();
  return false;
}

std::optional<Packet> AudioInbox::take(double seconds) {
  std::lock_guard lock(mutex_);
  if (packets_.empty() || MediaTime{packets_.front().pts, info_.base()}.seconds() > seconds) return {};
  Packet packet = std::move(packets_.front());
  packets_.pop_front();
  return packet;
}

Result<std::shared_ptr<AudioInbox>> make_audio_inbox(const AudioInfo& info, const std::string& path) {
  LYN_TRY(const MediaTrack track, audio_track(info, path));
  return std::make_shared<AudioInbox>(info);
}

}  // namespace lyn
