#include "engine/camera/change_log.h"

#include <fmt/format.h>

#include <utility>

namespace lyn {

std::optional<std::string> ChangeLog::line_for(const Supervisor::Change& change, Clock::Monotonic now) {
  if (change.to == CameraState::ended) return std::nullopt;
  if (change.to == CameraState::running) {
    const auto since = std::exchange(trouble_since_, std::nullopt);
    said_.clear();
    held_back_ = 0;
    if (!since) return "running";
    return fmt::format("running again after {:.1f} s", std::chrono::duration<double>(now - *since).count());
  }
  if (!trouble_since_) trouble_since_ = now;
  // That it is being tried says nothing that the backoff before it did not.
  if (change.to == CameraState::connecting) return std::nullopt;
  std::string line = fmt::format("{}: {}", name_of(change.to), change.cause);
  if (line == said_ && now - said_at_ < kAgainAfter) {
    ++held_back_;
    return std::nullopt;
  }
  said_ = line;
  said_at_ = now;
  if (const int held = std::exchange(held_back_, 0)) line += fmt::format(" ({} more of these since)", held);
  return line;
}

}  // namespace lyn
