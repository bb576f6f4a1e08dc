#include "engine/devices/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace lyn {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

/// The share of the resource that `used` takes most of.
double fullest(const DeviceLoad& used, const DeviceLoad& capacity) {
  const auto share = [](double part, double whole) { return part <= 0 ? 0.0 : whole <= 0 ? 2.0 : part / whole; };
  return std::max({share(used.decode, capacity.decode), share(used.model, capacity.model),
                   share(static_cast<double>(used.memory_bytes), static_cast<double>(capacity.memory_bytes))});
}

std::string words(const DeviceLoad& load) {
  return fmt::format("{:.1f} % of the decoder, {:.1f} % of the model's time, {:.0f} MiB", load.decode * 100,
                     load.model * 100, static_cast<double>(load.memory_bytes) / kMebibyte);
}

class Placement {
 public:
  Placement(std::span<const PlacementCamera> cameras, std::span<const PlacementDevice> devices)
      : cameras_(cameras), devices_(devices), used_(devices.size()) {}

  /// Those that stay come first, so that none of them has to give way.
  std::vector<CameraPlace> run() {
    std::vector<std::optional<std::size_t>> places(cameras_.size());
    std::vector<std::size_t> homeless;
    for (std::size_t i = 0; i < cameras_.size(); ++i) {
      const auto stay = cameras_[i].current;
      if (stay && may_use(cameras_[i], *stay) && fits(cameras_[i], *stay)) {
        places[i] = take(cameras_[i], *stay);
      } else {
        homeless.push_back(i);
      }
    }
    std::ranges::stable_sort(homeless,
                             [this](std::size_t a, std::size_t b) { return before(cameras_[a], cameras_[b]); });
    for (const std::size_t i : homeless) {
      if (const auto place = best(cameras_[i])) places[i] = take(cameras_[i], *place);
    }
    std::vector<CameraPlace> answers;
    for (std::size_t i = 0; i < cameras_.size(); ++i) {
      answers.push_back(places[i] ? CameraPlace(*places[i]) : CameraPlace(refusal(cameras_[i])));
    }
    return answers;
  }

 private:
  /// Running cameras before new ones, then pinned ones, then the largest.
  [[nodiscard]] bool before(const PlacementCamera& a, const PlacementCamera& b) const {
    if (a.current.has_value() != b.current.has_value()) return a.current.has_value();
    if (a.pinned.has_value() != b.pinned.has_value()) return a.pinned.has_value();
    return size_of(a) > size_of(b);
  }

  [[nodiscard]] double size_of(const PlacementCamera& camera) const {
    double most = 0;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      most = std::max(most, fullest(camera.cost[i], devices_[i].capacity));
    }
    return most;
  }

  [[nodiscard]] bool may_use(const PlacementCamera& camera, std::size_t device) const {
    return device < devices_.size() && devices_[device].usable && (!camera.pinned || *camera.pinned == device);
  }

  [[nodiscard]] double fullness_with(const PlacementCamera& camera, std::size_t device) const {
    DeviceLoad load = used_[device];
    load += camera.cost[device];
    return fullest(load, devices_[device].capacity);
  }

  [[nodiscard]] bool fits(const PlacementCamera& camera, std::size_t device) const {
    constexpr double kRounding = 1e-9;
    return fullness_with(camera, device) <= 1 + kRounding;
  }

  [[nodiscard]] std::optional<std::size_t> best(const PlacementCamera& camera) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      if (!may_use(camera, i) || !fits(camera, i)) continue;
      if (!found || fullness_with(camera, i) < fullness_with(camera, *found)) found = i;
    }
    return found;
  }

  std::size_t take(const PlacementCamera& camera, std::size_t device) {
    used_[device] += camera.cost[device];
    return device;
  }

  [[nodiscard]] Error refusal(const PlacementCamera& camera) const {
    std::string what = fmt::format("camera {} has no room", camera.id);
    auto text = std::back_inserter(what);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      if (camera.pinned && *camera.pinned != i) continue;
      const PlacementDevice& device = devices_[i];
      if (!device.usable) {
        fmt::format_to(text, "; {} cannot be used now", device.name);
        continue;
      }
      fmt::format_to(text, "; it takes {} of {}, where {} is left", words(camera.cost[i]), device.name, words(left(i)));
    }
    return {ErrorKind::device, what,
            "lower the camera's resolution or rate, detector.every, or the number of cameras; or add a GPU"};
  }

  [[nodiscard]] DeviceLoad left(std::size_t device) const {
    const DeviceLoad& all = devices_[device].capacity;
    const DeviceLoad& used = used_[device];
    return {std::max(0.0, all.decode - used.decode), std::max(0.0, all.model - used.model),
            all.memory_bytes - std::min(all.memory_bytes, used.memory_bytes)};
  }

  std::span<const PlacementCamera> cameras_;
  std::span<const PlacementDevice> devices_;
  std::vector<DeviceLoad> used_;
};

}  // namespace

DeviceLoad& DeviceLoad::operator+=(const DeviceLoad& more) {
  decode += more.decode;
  model += more.model;
  memory_bytes += more.memory_bytes;
  return *this;
}

std::vector<CameraPlace> place_cameras(std::span<const PlacementCamera> cameras,
                                       std::span<const PlacementDevice> devices) {
  return Placement(cameras, devices).run();
}

}  // namespace lyn
