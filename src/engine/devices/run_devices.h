#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"
#include "engine/devices/placement.h"
#include "engine/devices/run_device.h"
#include "engine/run/backend.h"

namespace lyn {

/// The devices that a run was given, and which camera is on which. A device is opened with its first camera.
/// seat() and leave() on one thread; the rest on any.
class RunDevices {
 public:
  /// `on_warm`: see RunDevice. At least one choice.
  RunDevices(std::vector<DeviceChoice> choices, ModelsOptions models, std::function<void()> on_warm);

  /// Where this camera runs: where it is, or has been found room, if that works; else on the device that is least
  /// full by what the cameras there are known or expected to cost, or the one that it names. Errors: `usage`, it names
  /// a device that is not one of the run's; `device`, none works or it cannot be opened.
  Result<RunDevice*> seat(const CameraConfig& camera);
  /// What a camera that has a seat is taken to cost until its stream is known.
  void expect(const std::string& camera, const CameraNeed& need);
  /// Whether there is room for what the camera turned out to need on the device where it has its seat. Where there is
  /// not, and another device has room for all of it, that one keeps it: the camera is to be seated again.
  AdmissionAnswer ask(RunDevice& on, const CameraConfig& camera, const CameraNeed& need, IfFull if_full);
  void leave(const std::string& camera);
  /// The device of a camera that has a seat.
  [[nodiscard]] RunDevice& device_of(const std::string& camera) const;

  /// Some device has not been lost.
  [[nodiscard]] bool any_usable() const;
  /// "cuda:0", or "cuda:0,1".
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool is_cuda() const;
  [[nodiscard]] bool several() const { return choices_.size() > 1; }
  [[nodiscard]] const DeviceChoice& first() const { return choices_.front(); }
  /// Those with a camera so far, in the order of the choices.
  [[nodiscard]] std::vector<RunDevice*> opened() const;

 private:
  struct Seat {
    std::size_t place = 0;
    CameraNeed need;
    std::optional<std::size_t> found_room;  ///< on another device
  };
  [[nodiscard]] std::string name_of(std::size_t place) const;
  Result<std::optional<std::size_t>> pinned(const CameraConfig& camera) const;
  Result<RunDevice*> open(std::size_t place);
  // With the lock held:
  [[nodiscard]] bool usable(std::size_t place) const;
  [[nodiscard]] std::vector<DeviceLoad> costs_of(const CameraNeed& need) const;
  [[nodiscard]] bool has_model(std::size_t place, const std::string& model) const;
  std::optional<std::size_t> room_elsewhere(std::size_t place, const std::string& camera, const CameraNeed& need);

  const std::vector<DeviceChoice> choices_;
  const ModelsOptions models_;
  const std::function<void()> on_warm_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<RunDevice>> devices_;  ///< null: not opened
  std::map<std::string, Seat> seats_;
};

}  // namespace lyn
