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
