#include "engine/reload_plan.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace lyn {

namespace {

const CameraConfig* find(const Config& config, const std::string& id) {
  const auto found = std::ranges::find(config.cameras, id, &CameraConfig::id);
  return found == config.cameras.end() ? nullptr : &*found;
}

Status check_fixed_keys(const Config& now, const Config& next) {
  const char* key = now.device != next.device         ? "device"
                    : now.state_dir != next.state_dir ? "state_dir"
                    : now.witnesses != next.witnesses ? "witnesses"
                    : now.admission != next.admission ? "admission"
                    : !(now.decode == next.decode)    ? "decode"
                                                      : nullptr;
  if (key == nullptr) return {};
  return Error{ErrorKind::usage, std::string(key) + ": cannot change while the program runs", "start it anew for that"};
}

Error cannot_be_written(const CameraConfig& camera, const std::string& path, const std::string& folder) {
  return {ErrorKind::usage, camera.id + ": " + path + " cannot be written",
          "check that " + folder + " is there, and its permissions"};
}

/// Folders on the way to it are created.
Status check_snapshots(const CameraConfig& camera) {
  const std::string& pattern = camera.outputs.snapshots.dir;
  if (pattern.empty()) return {};
  const std::string path = output_path(pattern, camera.id);
  std::error_code ignored;
  std::filesystem::path there = std::filesystem::path(path).parent_path();
  while (there.has_relative_path() && !std::filesystem::exists(there, ignored)) there = there.parent_path();
  const std::string folder = there.empty() ? "." : there.string();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return cannot_be_written(camera, path, folder);
}

/// An output that fails ends the run: what can be known is known before.
Status check_outputs(const CameraConfig& camera) {
  LYN_CHECK(check_snapshots(camera));
  const OutputsConfig& outputs = camera.outputs;
  for (const std::string& pattern : {outputs.detections, outputs.video, outputs.mot, outputs.coco, outputs.kitti,
                                     outputs.kitti_tracks, outputs.frames, outputs.tensors}) {
    if (pattern.empty() || pattern == "-") continue;
    const std::filesystem::path path = output_path(pattern, camera.id);
    const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
    if (::access(folder.c_str(), W_OK | X_OK) == 0) continue;
    return cannot_be_written(camera, path.string(), folder);
  }
  return {};
}

Status check_prepared(const Config& now, const CameraConfig& camera) {
  if (camera.detector.model == "none" || camera.detector.model == "motion") return {};
  const auto shares = [&](const CameraConfig& other) { return other.enabled && other.detector == camera.detector; };
  if (std::ranges::any_of(now.cameras, shares)) return {};
  return Error{ErrorKind::usage,
               camera.id + ": detector: on cuda a camera with the detector of one that runs can be added, and no other",
               "start the program anew for that"};
}

std::string listed(const char* what, const std::vector<std::string>& ids) {
  return ids.empty() ? "" : fmt::format(", {} {} ({})", ids.size(), what, fmt::join(ids, ", "));
}

}  // namespace

Result<ReloadPlan> plan_reload(const Config& now, const Config& next) {
  LYN_CHECK(check_fixed_keys(now, next));
  ReloadPlan plan;
  for (const CameraConfig& camera : now.cameras) {
    const CameraConfig* later = find(next, camera.id);
    if (camera.enabled && (later == nullptr || !later->enabled)) plan.ended.push_back(camera.id);
  }
  for (std::size_t i = 0; i < next.cameras.size(); ++i) {
    const CameraConfig& camera = next.cameras[i];
    if (!camera.enabled) continue;
    const CameraConfig* before = find(now, camera.id);
    const bool ran = before != nullptr && before->enabled;
    if (ran && *before == camera) continue;
    LYN_CHECK(check_outputs(camera));
    (ran ? plan.changed : plan.added).push_back(i);
  }
  return plan;
}

Status check_prepared(const Config& now, const Config& next, const ReloadPlan& plan) {
  for (const auto* places : {&plan.added, &plan.changed}) {
    for (const std::size_t place : *places) LYN_CHECK(check_prepared(now, next.cameras[place]));
  }
  return {};
}

std::string ReloadPlan::text(const Config& next) const {
  if (empty()) return "no camera changed";
  const auto ids = [&](const std::vector<std::size_t>& places) {
    std::vector<std::string> found;
    for (const std::size_t place : places) found.push_back(next.cameras[place].id);
    return found;
  };
  return (listed("added", ids(added)) + listed("changed", ids(changed)) + listed("ended", ended)).substr(2);
}

}  // namespace lyn
