#include <utility>

#include "engine/devices/lane_room.h"
#include "engine/engine.h"

namespace lyn {

/// Null: nobody asks whether there is room.
std::unique_ptr<RoomCheck> Engine::room_for(const CameraConfig& camera, RunDevice& on, const LaneModel& model) {
  if (config_.admission == "off") return nullptr;
  return std::make_unique<LaneRoom>(on.admission(), camera, config_.decode, model, config_.admission == "degrade",
                                    [this, id = camera.id](const AdmissionAnswer& answer) { answered(id, answer); });
}

/// On a lane's thread. A run in which there is no room for any camera is over.
void Engine::answered(const std::string& camera, const AdmissionAnswer& answer) {
  {
    std::lock_guard lock(mutex_);
    if (answer.admitted) {
      refused_.erase(camera);
    } else {
      refused_[camera] = answer.words;
    }
    if (with_frames_ == 0 && !fatal_) fatal_ = none_admitted();
  }
  changed_.notify_all();
}

/// With the lock held.
std::optional<Error> Engine::none_admitted() const {
  if (refused_.empty() || refused_.size() < lanes_.size()) return std::nullopt;
  std::string what = "no camera was admitted";
  for (const auto& [camera, words] : refused_) what += "; " + camera + ": " + words;
  return Error{ErrorKind::device, what,
               "lower resolution, rate or number of cameras, raise detector.every, or set admission: off"};
}

}  // namespace lyn
