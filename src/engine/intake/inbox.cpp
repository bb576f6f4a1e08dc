#include "engine/intake/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lyn {

bool LaneInbox::push_from_source(LaneEvent event) {
  {
    std::unique_lock lock(mutex_);
    if (when_full_ == WhenFull::block) {
      room_.wait(lock, [this] { return closed_ || source_.size() < capacity_; });
    }
    if (closed_) return false;
    if (when_full_ == WhenFull::drop_oldest && !admit(event)) return true;
    if (std::holds_alternative<SoundArrived>(event)) ++sounds_;
    source_.push_back(std::move(event));
  }
  ready_.notify_one();
  return true;
}

void LaneInbox::push(LaneEvent event) {
  {
    std::lock_guard lock(mutex_);
    answers_.push_back(std::move(event));
  }
  ready_.notify_one();
}

/// With the lock held: whether an event of a camera may stand in line.
bool LaneInbox::admit(const LaneEvent& event) {
  if (const auto* picture = std::get_if<PacketArrived>(&event)) return admit_picture(*picture);
  return !std::holds_alternative<SoundArrived>(event) || admit_sound();
}

bool LaneInbox::admit_sound() {
  const bool room = sounds_ < kSoundsEach * capacity_;
  lost_sound_ = lost_sound_ || !room;
  return room;
}

bool LaneInbox::admit_picture(const PacketArrived& arrived) {
  const bool cut = cut_attempt_ == arrived.attempt;
  if (cut && !arrived.packet.key) {
    ++dropped_;
    return false;
  }
  if (full() && !drop_before_newest_key(arrived)) {
    cut_attempt_ = arrived.attempt;
    ++dropped_;
    return false;
  }
  if (cut) cut_attempt_.reset();
  return true;
}

/// False when that makes no room: what waits is one group of pictures, which goes on.
bool LaneInbox::drop_before_newest_key(const PacketArrived& arrived) {
  const auto is_packet = [&](const LaneEvent& event) {
    const auto* packet = std::get_if<PacketArrived>(&event);
    return packet != nullptr && packet->attempt == arrived.attempt;
  };
  auto end = source_.end();
  if (!arrived.packet.key) {
    const auto is_key = [&](const LaneEvent& event) {
      return is_packet(event) && std::get<PacketArrived>(event).packet.key;
    };
    const auto newest = std::find_if(source_.rbegin(), source_.rend(), is_key);
    if (newest == source_.rend()) return false;
    end = std::prev(newest.base());
  }
  const auto kept = std::remove_if(source_.begin(), end, is_packet);
  dropped_ += static_cast<std::uint64_t>(std::distance(kept, end));
  source_.erase(kept, end);
  return !full();
}

std::uint64_t LaneInbox::take_dropped() {
  std::lock_guard lock(mutex_);
  return std::exchange(dropped_, 0);
}

bool LaneInbox::take_lost_sound() {
  std::lock_guard lock(mutex_);
  return std::exchange(lost_sound_, false);
}

std::optional<LaneEvent> LaneInbox::pop(bool want_source, std::optional<Clock::Monotonic> deadline) {
  std::optional<LaneEvent> event;
  bool made_room = false;
  {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return closed_ || !answers_.empty() || (want_source && !source_.empty()); };
    if (!deadline) {
      ready_.wait(lock, ready);
    } else if (!ready_.wait_until(lock, *deadline, ready)) {
      return DeadlinePassed{};
    }
    if (!answers_.empty()) {
      event = std::move(answers_.front());
      answers_.pop_front();
    } else if (!closed_) {
      event = std::move(source_.front());
      source_.pop_front();
      if (std::holds_alternative<SoundArrived>(*event)) --sounds_;
      made_room = true;
    }
  }
  if (made_room) room_.notify_one();
  return event;
}

void LaneInbox::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    source_.clear();
    sounds_ = 0;
  }
  ready_.notify_all();
  room_.notify_all();
}

}  // namespace lyn
