#include "engine/devices/run_devices.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace lyn {

namespace {

/// Every camera takes something of a device, also where nothing is known of either: then their number decides.
constexpr double kLeastShare = 1e-4;

/// What cameras are expected to cost refuses none of them; Admission does, once it is known.
constexpr DeviceLoad kRoomForAll{1e6, 1e6, std::uint64_t{1} << 62U};

}  // namespace

RunDevices::RunDevices(std::vector<DeviceChoice> choices, ModelsOptions models, std::function<void()> on_warm)
    : choices_(std::move(choices)),
      models_(std::move(models)),
      on_warm_(std::move(on_warm)),
      devices_(choices_.size()) {}

Result<std::optional<std::size_t>> RunDevices::pinned(const CameraConfig& camera) const {
  if (camera.device.empty()) return std::optional<std::size_t>();
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (name_of(i) == camera.device) return std::optional(i);
  }
  return Error{ErrorKind::usage,
               "camera " + camera.id + ": device " + camera.device + " is not one of the run's, which are " + name(),
               "name it in `device` (cuda:0,1 or cuda:all) too, or leave the camera's out"};
}

Result<RunDevice*> RunDevices::seat(const CameraConfig& camera) {
  LYN_TRY(const auto wish, pinned(camera));
  std::unique_lock lock(mutex_);
  std::vector<PlacementDevice> devices;
  for (std::size_t i = 0; i < choices_.size(); ++i) devices.push_back({name_of(i), usable(i), kRoomForAll});
  std::vector<PlacementCamera> all;
  for (const auto& [id, seat] : seats_) {
    if (id != camera.id) all.push_back({id, costs_of(seat.need), {}, seat.place});
  }
  PlacementCamera wanted{camera.id, {}, wish, {}};
  if (const auto found = seats_.find(camera.id); found != seats_.end()) {
    wanted.cost = costs_of(found->second.need);
    wanted.current = found->second.found_room.value_or(found->second.place);
  } else {
    wanted.cost = costs_of({});
  }
  all.push_back(std::move(wanted));
  const auto places = place_cameras(all, devices);
  if (!places.back()) return places.back().error();
  const std::size_t place = *places.back();
  seats_[camera.id].place = place;
  seats_[camera.id].found_room.reset();
  lock.unlock();
  return open(place);
}

/// On each device, in shares of what it has; one that is not open yet is taken to be like the others.
std::vector<DeviceLoad> RunDevices::costs_of(const CameraNeed& need) const {
  DeviceLoad like;
  for (const auto& device : devices_) {
    if (device == nullptr) continue;
    like = device->admission().cost_of(need);
    break;
  }
  std::vector<DeviceLoad> costs;
  for (const auto& device : devices_) {
    costs.push_back(device == nullptr ? like : device->admission().cost_of(need));
    costs.back().decode = std::max(costs.back().decode, kLeastShare);
  }
  return costs;
}

void RunDevices::expect(const std::string& camera, const CameraNeed& need) {
  std::lock_guard lock(mutex_);
  if (const auto found = seats_.find(camera); found != seats_.end()) found->second.need = need;
}

AdmissionAnswer RunDevices::ask(RunDevice& on, const CameraConfig& camera, const CameraNeed& need, IfFull if_full) {
  std::lock_guard lock(mutex_);
  const auto found = seats_.find(camera.id);
  if (found != seats_.end()) found->second.need = need;
  AdmissionAnswer answer = on.admission().ask(camera.id, need, IfFull::refuse);
  if (answer.admitted) return answer;
  if (found != seats_.end() && camera.device.empty()) {
    found->second.found_room = room_elsewhere(found->second.place, camera.id, need);
    if (found->second.found_room) {
      answer.elsewhere = name_of(*found->second.found_room);
      return answer;
    }
  }
  return if_full == IfFull::refuse ? answer : on.admission().ask(camera.id, need, if_full);
}

/// A camera that runs it has its seat there; loading it on a GPU in mid-run would capture graphs beside others' calls.
bool RunDevices::has_model(std::size_t place, const std::string& model) const {
  return model.empty() || std::ranges::any_of(seats_, [&](const auto& seat) {
           return seat.second.place == place && seat.second.need.model == model;
         });
}

/// The least full of those that admit it; one that no camera has opened yet is empty.
std::optional<std::size_t> RunDevices::room_elsewhere(std::size_t place, const std::string& camera,
                                                      const CameraNeed& need) {
  std::vector<std::pair<double, std::size_t>> others;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    if (i == place || !usable(i) || !has_model(i, need.model)) continue;
    const DeviceLoad load = devices_[i] == nullptr ? DeviceLoad() : devices_[i]->admission().load();
    others.emplace_back(std::max(load.decode, load.model), i);
  }
  std::ranges::sort(others);
  for (const auto& [load, i] : others) {
    if (devices_[i] == nullptr || devices_[i]->admission().ask(camera, need, IfFull::refuse).admitted) return i;
  }
  return std::nullopt;
}

void RunDevices::leave(const std::string& camera) {
  std::lock_guard lock(mutex_);
  const auto found = seats_.find(camera);
  if (found == seats_.end()) return;
  if (const auto room = found->second.found_room; room && devices_[*room] != nullptr) {
    devices_[*room]->admission().leave(camera);
  }
  seats_.erase(found);
}

RunDevice& RunDevices::device_of(const std::string& camera) const {
  std::lock_guard lock(mutex_);
  return *devices_[seats_.at(camera).place];
}

Result<RunDevice*> RunDevices::open(std::size_t place) {
  if (devices_[place] == nullptr) {  // only this thread changes it
    LYN_TRY(auto opened, RunDevice::open(choices_[place], models_, on_warm_));
    std::lock_guard lock(mutex_);
    devices_[place] = std::move(opened);
  }
  return devices_[place].get();
}

bool RunDevices::usable(std::size_t place) const {
  return devices_[place] == nullptr || !devices_[place]->is_lost();
}

bool RunDevices::any_usable() const {
  std::lock_guard lock(mutex_);
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
