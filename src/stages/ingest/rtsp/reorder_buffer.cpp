#include "stages/ingest/rtsp/reorder_buffer.h"

#include <algorithm>

#include "stages/ingest/rtsp/bytes.h"

namespace lyn::rtsp {

void ReorderBuffer::push(std::span<const std::uint8_t> datagram, Clock::Monotonic now) {
  if (datagram.size() < 4) return;
  const std::uint16_t sequence = read_u16(datagram, 2);
  const int ahead = expected_ ? static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - *expected_)) : 0;
  if (ahead < 0 && ahead > -static_cast<int>(kHeld)) {
    deliver_(datagram);
    return;
  }
  if (ahead > 0 && ahead < static_cast<int>(kHeld)) {
    keep(datagram, sequence, now);
    if (is_overdue(now)) give_up_gap();
    return;
  }
  // Far away: what is kept is older; the sender went on without it.
  while (ahead != 0 && waiting_ > 0) give_up_gap();
  deliver(datagram, sequence);
  deliver_held();
}

void ReorderBuffer::deliver(std::span<const std::uint8_t> datagram, std::uint16_t sequence) {
  expected_ = static_cast<std::uint16_t>(sequence + 1);
  deliver_(datagram);
}

/// What follows without a gap.
void ReorderBuffer::deliver_held() {
  while (waiting_ > 0) {
    Held& next = held_[*expected_ % kHeld];
    if (!next.used || next.sequence != *expected_) return;
    next.used = false;
    --waiting_;
    deliver(next.bytes, next.sequence);
  }
}

/// Goes on behind the gap.
void ReorderBuffer::give_up_gap() {
  for (std::size_t i = 0; i < kHeld; ++i) {
    const Held& next = held_[*expected_ % kHeld];
    if (next.used && next.sequence == *expected_) break;
    expected_ = static_cast<std::uint16_t>(*expected_ + 1);
  }
  deliver_held();
}

void ReorderBuffer::keep(std::span<const std::uint8_t> datagram, std::uint16_t sequence, Clock::Monotonic now) {
  if (held_.empty()) held_.resize(kHeld);
  Held& place = held_[sequence % kHeld];
  if (place.used) {
    deliver_(datagram);  // a duplicate of one that is kept
    return;
  }
  place.used = true;
  place.sequence = sequence;
  place.since = now;
  place.bytes.assign(datagram.begin(), datagram.end());
  ++waiting_;
  ++reordered_;
}

bool ReorderBuffer::is_overdue(Clock::Monotonic now) const {
  return std::ranges::any_of(held_, [&](const Held& held) { return held.used && now - held.since > kPatience; });
}

}  // namespace lyn::rtsp
