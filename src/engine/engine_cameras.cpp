#include <algorithm>

#include "engine/engine.h"

namespace lyn {

namespace {

/// Raw pixels on the host were asked for: under --strict that is refused before anything runs.
Status refuse_raw_outputs(const Config& config) {
  for (const CameraConfig& camera : config.cameras) {
    const char* key = !camera.outputs.frames.empty()    ? "outputs.frames"
                      : !camera.outputs.tensors.empty() ? "outputs.tensors"
                                                        : nullptr;
    if (key == nullptr) continue;
    return Error{ErrorKind::violation, std::string(key) + " brings raw pixels to the host, which --strict forbids",
                 "drop --strict, or drop " + std::string(key)};
  }
  return {};
}

}  // namespace

/// What holds of a configuration before anything of it is opened.
Status Engine::check(const Config& config, const RunOptions& options) {
  if (config.cameras.empty()) {
    return Error{ErrorKind::usage, "no camera to run", "name one with --source, or in a configuration"};
  }
  return options.strict ? refuse_raw_outputs(config) : Status();
}

/// A lane opened a decoder: until it is warm, growth is expected.
void Engine::lane_cold(const Lane& lane, RunDevice& on) {
  on.lane_cold(lane);
  if (witness_) witness_->mark_cold();
}

void Engine::device_warm() {
  const auto opened = devices_->opened();
  if (witness_ && std::ranges::all_of(opened, [](const RunDevice* on) { return on->warm(); })) witness_->mark_warm();
}

/// In the order of the configuration, those that are switched off among them.
void Engine::add_cameras(RunSummary& summary) const {
  std::lock_guard lock(mutex_);
  for (const CameraConfig& camera : config_.cameras) {
    const auto lane = std::ranges::find_if(lanes_, [&](const auto& other) { return other->id() == camera.id; });
    if (lane != lanes_.end()) {
      summary.cameras.push_back((*lane)->summary());
      continue;
    }
    CameraSummary off;
    off.name = camera.id;
    off.state = name_of(CameraState::disabled);
    summary.cameras.push_back(off);
  }
  summary.gone = gone_;
}

std::optional<Error> Engine::verdict() const {
  std::lock_guard lock(mutex_);
  if (fatal_) return fatal_;
  if (undecodable_) return undecodable_;
  const bool all_failed =
      std::ranges::all_of(lanes_, [](const auto& lane) { return lane->summary().state == "failed"; });
  if (source_error_ && with_frames_ > 0 && all_failed) return source_error_;
  if (with_frames_ > 0) {
    auto lost = options_.sources_from_command_line && !stop_ ? none_is_left() : std::nullopt;
    return lost ? lost : paused_output();
  }
  if (auto none = none_admitted()) return none;
  if (source_error_) return source_error_;
  if (gave_up_waiting_ || (options_.sources_from_command_line && !stop_)) return no_frame_came();
  return std::nullopt;
}

/// What was asked for is not all there: an output of a live camera that could not be written to the end.
std::optional<Error> Engine::paused_output() const {
  for (const auto& lane : lanes_) {
    for (const auto& [name, output] : lane->summary().outputs) {
      if (!output.cause.empty()) {
        return Error{ErrorKind::output, lane->id() + ": outputs." + name + " is paused: " + output.cause, ""};
      }
    }
  }
  return std::nullopt;
}

/// What each of them suffered from at last.
std::string Engine::causes() const {
  std::string said;
  for (const auto& lane : lanes_) {
    const CameraSummary camera = lane->summary();
    if (camera.cause.empty()) continue;
    said += (said.empty() ? ": " : "; ") + (lanes_.size() > 1 ? camera.name + ": " : "") + camera.cause;
  }
  return said;
}

/// Cameras that were all away when the run was over: somebody who waited for their pictures should hear of it.
std::optional<Error> Engine::none_is_left() const {
  const auto is_away = [](const auto& lane) {
    const std::string state = lane->summary().state;
    return state == name_of(CameraState::backoff) || state == name_of(CameraState::quarantined) ||
           state == name_of(CameraState::connecting);
  };
  if (!std::ranges::all_of(lanes_, is_away)) return std::nullopt;
  return Error{ErrorKind::source, "every source was lost before the end" + causes(), ""};
}

/// Live sources are tried again until the run is over: what each of them suffered from is then the answer.
std::optional<Error> Engine::no_frame_came() const {
  const std::string said = causes();
  if (!gave_up_waiting_ && said.empty()) return std::nullopt;
  return Error{ErrorKind::source, "no source gave a frame" + std::string(gave_up_waiting_ ? " within 10 s" : "") + said,
               said.empty() ? "check the address and that the camera is on" : ""};
}

}  // namespace lyn
