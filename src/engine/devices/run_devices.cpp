#include "engine/devices/run_devices.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/devices/placement.h"

namespace lyn {

namespace {

/// Until a camera has been measured, all are taken to cost the same.
std::vector<DeviceLoad> equal_share(std::size_t cameras, std::size_t devices) {
  const double share = 1.0 / static_cast<double>(std::max<std::size_t>(1, cameras));
  return std::vector<DeviceLoad>(devices, DeviceLoad{share, 0, 0});
}

}  // namespace

RunDevices::RunDevices(std::vector<DeviceChoice> choices, std::string home, bool rehearse,
                       std::function<void()> on_warm)
    : choices_(std::move(choices)),
      home_(std::move(home)),
      rehearse_(rehearse),
      on_warm_(std::move(on_warm)),
      devices_(choices_.size()) {}

Result<RunDevice*> RunDevices::seat(const CameraConfig& camera, std::size_t cameras) {
  std::vector<PlacementDevice> devices;
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    devices.push_back({name_of(i), usable(i), {1, 1, 0}});
  }
  const auto cost = equal_share(std::max(cameras, place_of_.size() + 1), choices_.size());
  std::vector<PlacementCamera> all;
  for (const auto& [id, place] : place_of_) {
    if (id != camera.id) all.push_back({id, cost, {}, place});
  }
  PlacementCamera wanted{camera.id, cost, {}, {}};
  if (const auto found = place_of_.find(camera.id); found != place_of_.end()) wanted.current = found->second;
  if (!camera.device.empty()) {
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      if (name_of(i) == camera.device) wanted.pinned = i;
    }
    if (!wanted.pinned) {
      return Error{
          ErrorKind::usage,
          "camera " + camera.id + ": device " + camera.device + " is not one of the run's, which are " + name(),
          "name it in `device` (cuda:0,1 or cuda:all) too, or leave the camera's out"};
    }
  }
  all.push_back(std::move(wanted));
  const auto places = place_cameras(all, devices);
  if (!places.back()) return places.back().error();
  place_of_[camera.id] = *places.back();
  return open(*places.back());
}

Result<RunDevice*> RunDevices::open(std::size_t place) {
  if (devices_[place] == nullptr) {
    LYN_TRY(auto opened, RunDevice::open(choices_[place], home_, rehearse_, on_warm_));
    std::lock_guard lock(mutex_);
    devices_[place] = std::move(opened);
  }
  return devices_[place].get();
}

bool RunDevices::usable(std::size_t place) const {
  std::lock_guard lock(mutex_);
  return devices_[place] == nullptr || !devices_[place]->is_lost();
}

bool RunDevices::any_usable() const {
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (usable(i)) return true;
  }
  return false;
}

std::string RunDevices::name_of(std::size_t place) const {
  const std::string kind = choices_[place].backend->name;
  return kind == "cpu" ? kind : kind + ":" + std::to_string(choices_[place].ordinal);
}

std::string RunDevices::name() const {
  std::string name = name_of(0);
  for (std::size_t i = 1; i < choices_.size(); ++i) name += "," + std::to_string(choices_[i].ordinal);
  return name;
}

bool RunDevices::is_cuda() const {
  return std::string_view(choices_.front().backend->name) == "cuda";
}

std::vector<RunDevice*> RunDevices::opened() const {
  std::lock_guard lock(mutex_);
  std::vector<RunDevice*> opened;
  for (const auto& device : devices_) {
    if (device != nullptr) opened.push_back(device.get());
  }
  return opened;
}

}  // namespace lyn
