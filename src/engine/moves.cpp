#include <algorithm>
#include <utility>

#include "core/log.h"
#include "engine/engine.h"

namespace lyn {

/// With the lock held. A camera goes on elsewhere; a file would begin anew, and write its frames twice.
bool Engine::can_move(const Lane& lane, RunDevice& on, const std::optional<Error>& error) const {
  if (!error || error->kind != ErrorKind::device) return false;
  (void)on.device().memory();  // a library's call may have been the first to hear of it: now ours has too
  return on.is_lost() && lane.live() && !stop_ && devices_->any_usable();
}

/// On the thread of run(), without the lock: the camera's lane has ended since its device was lost.
void Engine::move_lane(const std::string& id, const Error& why) {
  const auto camera = std::ranges::find_if(config_.cameras, [&](const auto& one) { return one.id == id; });
  const auto found = std::ranges::find_if(lanes_, [&](const auto& lane) { return lane->id() == id; });
  if (camera == config_.cameras.end() || found == lanes_.end()) return;
  const std::string from = (*found)->device().name();
  end_lane(id, (from + " was lost").c_str());
  devices_->leave(id);
  auto lane = make_lane(*camera, next_number_++, true);
  if (!lane) {
    log::error(id + ": its device " + from + " was lost, and it cannot go on elsewhere: " + lane.error().text());
    std::lock_guard lock(mutex_);
    // With no device left the loss is what ended the run, not the want of room.
    if (!fatal_) fatal_ = devices_->any_usable() ? lane.error() : why;
    return;
  }
  log::warning(id + ": its device " + from + " was lost; it goes on on " + (*lane)->device().name());
  start_lane(std::move(*lane));
}

}  // namespace lyn
