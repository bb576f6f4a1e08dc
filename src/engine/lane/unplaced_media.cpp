#include "engine/lane/unplaced_media.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lyn {

void UnplacedMedia::packet(const Packet& packet) {
  packets_.push_back(packet);
  if (packets_.size() <= kMostWaiting) return;
  packets_.pop_front();
  tally_.video_dropped();
}

/// The oldest goes: it is the first that nobody waits for any more.
void UnplacedMedia::sound(Packet packet, Rational base) {
  sound_.push_back({std::move(packet), base});
  if (sound_.size() > kMostWaiting) sound_.pop_front();
}

Status UnplacedMedia::placed(MediaTime source, MediaTime ours, const TimeLine& line, LaneOutputs& outputs) {
  if (!base_) first_ = ours.ticks;
  base_ = source.base;
  newest_ = ours.ticks;
  const auto is_own = [&](const Packet& packet) { return packet.pts == source.ticks; };
  const auto own = std::ranges::find_if(packets_, is_own);
  if (own != packets_.end()) {
    for (auto before = std::distance(packets_.begin(), own); before > 0; --before) LYN_CHECK(release(line, outputs));
    LYN_CHECK(release(line, outputs, ours.ticks));
  }
  release_sound(line, outputs);
  return {};
}

Status UnplacedMedia::end_connection(const TimeLine& line, LaneOutputs* outputs) {
  if (base_ && outputs != nullptr) {
    while (!packets_.empty()) LYN_CHECK(release(line, *outputs));
    release_sound(line, *outputs);
  }
  for (; !packets_.empty(); packets_.pop_front()) tally_.video_dropped();
  sound_.clear();
  base_.reset();
  return {};
}

/// The oldest packet; `own`: the time of its picture, where that came out. Pictures before the connection's first one
/// refer to others that never came. Decoding times rise over all connections.
Status UnplacedMedia::release(const TimeLine& line, LaneOutputs& outputs, std::optional<std::int64_t> own) {
  Packet packet = std::move(packets_.front());
  packets_.pop_front();
  const auto place = [&](std::int64_t ticks) { return line.ours({ticks, *base_}); };
  if (packet.pts != kNoTimestamp) packet.pts = own ? *own : place(packet.pts);
  if (packet.pts != kNoTimestamp && packet.pts < first_) {
    tally_.video_dropped();
    return {};
  }
  if (packet.dts != kNoTimestamp) {
    packet.dts = place(packet.dts);
    if (last_dts_) packet.dts = std::max(packet.dts, *last_dts_ + 1);
    last_dts_ = packet.dts;
  }
  const double ticks = MediaTime{packet.duration, *base_}.seconds() * static_cast<double>(TimeLine::kBase.den);
  packet.duration = std::llround(ticks);
  return outputs.packet(packet, 0);
}

void UnplacedMedia::release_sound(const TimeLine& line, LaneOutputs& outputs) {
  const double newest = MediaTime{newest_, TimeLine::kBase}.seconds();
  for (Sound& sound : std::exchange(sound_, {})) {
    if (sound.packet.pts == kNoTimestamp) continue;
    const double at = MediaTime{sound.packet.pts, sound.base}.seconds() + line.shift();
    if (std::abs(at - newest) > kNearSeconds) continue;
    const double ticks = line.shift() * static_cast<double>(sound.base.den) / static_cast<double>(sound.base.num);
    outputs.sound(std::move(sound.packet), std::llround(ticks));
  }
}

}  // namespace lyn
