#include "engine/intake/attempts.h"

#include <algorithm>
#include <utility>

#include "core/log.h"

namespace lyn {

Attempts::Attempts(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock)
    : options_(std::move(options)), inbox_(std::move(inbox)), clock_(clock) {
  options_.owner_stop = stop_.get_token();
}

Attempts::~Attempts() {
  leave_all();
}

bool Attempts::open(int attempt) {
  join_finished();
  if (closed_.size() >= kMostHanging) return false;
  ReaderOptions options = options_;
  options.attempt = attempt;
  open_.push_back(std::make_unique<Reader>(std::move(options), inbox_, clock_));
  open_.back()->start();
  return true;
}

void Attempts::close(int attempt) {
  const auto is_it = [=](const auto& reader) { return reader->attempt() == attempt; };
  const auto found = std::ranges::find_if(open_, is_it);
  if (found == open_.end()) return;
  (*found)->stop();
  closed_.push_back(std::move(*found));
  open_.erase(found);
  join_finished();
}

Clock::Monotonic Attempts::last_packet(int attempt) const {
  const Reader* reader = find(attempt);
  return reader == nullptr ? Clock::Monotonic{} : reader->last_packet();
}

void Attempts::start_clock() {
  for (const auto& reader : open_) reader->start_clock();
}

void Attempts::end(const std::string& name) {
  if (leave_all() == 0) return;
  log::warning(name + ": looking up the name of its source hangs, and is left; check the name service of this machine");
}

std::size_t Attempts::leave_all() {
  stop();
  const auto until = clock_.now() + kLeaveAfter;
  std::size_t left = 0;
  for (auto* readers : {&open_, &closed_}) {
    for (const auto& reader : *readers) left += reader->leave(until) ? 0 : 1;
    readers->clear();
  }
  return left;
}

std::size_t Attempts::hanging() {
  join_finished();
  return closed_.size();
}

void Attempts::join_finished() {
  std::erase_if(closed_, [](const auto& reader) { return reader->finished(); });  // its end joins it
}

Reader* Attempts::find(int attempt) const {
  const auto is_it = [=](const auto& reader) { return reader->attempt() == attempt; };
  const auto found = std::ranges::find_if(open_, is_it);
  return found == open_.end() ? nullptr : found->get();
}

}  // namespace lyn
