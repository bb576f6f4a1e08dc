#include <utility>

#include "engine/devices/lane_room.h"
#include "engine/engine.h"

namespace lyn {

/// Null: nobody asks whether there is room. Of several devices another may have what one has not, whatever is done
/// where none has.
std::unique_ptr<RoomCheck> Engine::room_for(const CameraConfig& camera, RunDevice& on, const LaneModel& model) {
  if (config_.admission == "off" && !devices_->several()) return nullptr;
  const IfFull if_full = config_.admission == "off"       ? IfFull::admit
                         : config_.admission == "degrade" ? IfFull::degrade
                                                          : IfFull::refuse;
  const auto ask = [this, &on, camera, if_full](const CameraNeed& need) {
    AdmissionAnswer answer = devices_->ask(on, camera, need, if_full);
    answered(camera.id, answer);
    return answer;
  };
  return std::make_unique<LaneRoom>(on.admission(), camera, config_.decode, model, ask);
}

/// On a lane's thread. Room on another device is room. A run in which there is no room for any camera is over.
void Engine::answered(const std::string& camera, const AdmissionAnswer& answer) {
  {
    std::lock_guard lock(mutex_);
    if (answer.admitted || !answer.elsewhere.empty()) {
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
