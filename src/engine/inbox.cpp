#include "engine/inbox.h"

#include <utility>

namespace lyn {

bool LaneInbox::push_from_source(LaneEvent event) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || source_.size() < capacity_; });
    if (closed_) return false;
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

std::optional<LaneEvent> LaneInbox::pop(bool want_source) {
  std::optional<LaneEvent> event;
  bool made_room = false;
  {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !answers_.empty() || (want_source && !source_.empty()); });
    if (!answers_.empty()) {
      event = std::move(answers_.front());
      answers_.pop_front();
    } else if (!closed_) {
      event = std::move(source_.front());
      source_.pop_front();
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
  }
  ready_.notify_all();
  room_.notify_all();
}

}  // namespace lyn
