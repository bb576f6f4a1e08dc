#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "engine/devices/run_device.h"
#include "engine/run/backend.h"

namespace lyn {

/// The devices that a run was given, and which camera is on which. A device is opened with its first camera.
/// seat(), leave() and device_of() on one thread; the rest on any.
class RunDevices {
 public:
  /// `home`, `rehearse`, `on_warm`: see RunDevice. At least one choice.
  RunDevices(std::vector<DeviceChoice> choices, std::string home, bool rehearse, std::function<void()> on_warm);

  /// Where this camera runs: where it is, if that still works; else on the device with the fewest cameras, or the one
  /// that it names. `cameras`: how many there will be in all. Errors: `usage`, it names a device that is not one of
  /// the run's; `device`, none works or it cannot be opened.
  Result<RunDevice*> seat(const CameraConfig& camera, std::size_t cameras);
  void leave(const std::string& camera) { place_of_.erase(camera); }
  /// The device of a camera that has a seat.
  [[nodiscard]] RunDevice& device_of(const std::string& camera) const { return *devices_[place_of_.at(camera)]; }

  /// Some device has not been lost.
  [[nodiscard]] bool any_usable() const;
  /// "cuda:0", or "cuda:0,1".
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool is_cuda() const;
  [[nodiscard]] const DeviceChoice& first() const { return choices_.front(); }
  /// Those with a camera so far, in the order of the choices.
  [[nodiscard]] std::vector<RunDevice*> opened() const;

 private:
  [[nodiscard]] std::string name_of(std::size_t place) const;
  [[nodiscard]] bool usable(std::size_t place) const;
  Result<RunDevice*> open(std::size_t place);

  const std::vector<DeviceChoice> choices_;
  const std::string home_;
  const bool rehearse_;
  const std::function<void()> on_warm_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<RunDevice>> devices_;  ///< null: not opened; changed under the lock
  std::map<std::string, std::size_t> place_of_;
};

}  // namespace lyn
