#include <algorithm>

#include "engine/engine.h"

namespace lyn {

/// A lane opened a decoder: until it is warm, growth is expected.
void Engine::lane_cold(const Lane& lane) {
  std::lock_guard lock(mutex_);
  if (std::ranges::find(cold_, &lane) != cold_.end()) return;
  cold_.push_back(&lane);
  device_->pool().mark_cold();
  if (witness_) witness_->mark_cold();
}

/// Live sources are tried again until the run is over: what each of them suffered from is then the answer.
std::optional<Error> Engine::no_frame_came() const {
  std::string causes;
  for (const auto& lane : lanes_) {
    const CameraSummary camera = lane->summary();
    if (camera.cause.empty()) continue;
    causes += (causes.empty() ? ": " : "; ") + (lanes_.size() > 1 ? camera.name + ": " : "") + camera.cause;
  }
  if (!gave_up_waiting_ && causes.empty()) return std::nullopt;
  return Error{ErrorKind::source,
               "no source gave a frame" + std::string(gave_up_waiting_ ? " within 10 s" : "") + causes,
               causes.empty() ? "check the address and that the camera is on" : ""};
}

}  // namespace lyn
