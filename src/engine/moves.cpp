#include <algorithm>
#include <utility>

#include "core/log.h"
#include "engine/engine.h"

namespace lyn {

/// With the lock held. A camera goes on elsewhere; a file would begin anew, and write its frames twice.
bool Engine::can_move(const Lane& lane, RunDevice& on, const std::optional<Error>& error) const {
  if (!error || error->kind != ErrorKind::device) return false;
  if (lane.has_room_elsewhere()) return !stop_;
  (void)on.device().memory();  // a library's call may have been the first to hear of it: now ours has too
  return on.is_lost() && lane.live() && !stop_ && devices_->any_usable();
}

/// On the thread of run(), without the lock: the camera's lane has ended since its device was lost, or has no room.
void Engine::move_lane(const std::string& id, const Error& why) {
  const auto camera = std::ranges::find_if(config_.cameras, [&](const auto& one) { return one.id == id; });
  const auto found = std::ranges::find_if(lanes_, [&](const auto& lane) { return lane->id() == id; });
  if (camera == config_.cameras.end() || found == lanes_.end()) return;
  const bool lost = !(*found)->has_room_elsewhere();
  const std::string cause = (*found)->device().name() + (lost ? " was lost" : " has no room for it");
  end_lane(id, cause.c_str());
  auto lane = make_lane(*camera, next_number_++, ran_before(id));
  if (!lane) {
    log::error(id + ": " + cause + ", and it cannot go on elsewhere: " + lane.error().text());
    std::lock_guard lock(mutex_);
    // With no device left the loss is what ended the run, not the want of room.
    if (!fatal_) fatal_ = devices_->any_usable() ? lane.error() : why;
    return;
  }
  const std::string on = (*lane)->device().name();
  if (lost) {
    log::warning(id + ": " + cause + "; it goes on on " + on);
  } else {
    log::info(id + ": " + why.what + ": it runs there");
  }
  start_lane(std::move(*lane));
}

/// Whether this camera had a lane that is gone, and may have left files.
bool Engine::ran_before(const std::string& id) const {
  return std::ranges::any_of(gone_, [&](const CameraSummary& camera) { return camera.name == id; });
}

}  // namespace lyn
