#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace lyn {

/// What a camera takes of one device, or a device has of itself: shares of its decoders' and of its
/// model's time (1: all of it), and bytes of memory.
struct DeviceLoad {
  double decode = 0;
  double model = 0;
  std::uint64_t memory_bytes = 0;
  DeviceLoad& operator+=(const DeviceLoad& more);
};

/// A device that cameras can be placed on.
struct PlacementDevice {
  std::string name;  ///< "cuda:1"
  bool usable = true;
  DeviceLoad capacity{1, 1, 0};  ///< memory: what is free for cameras
};

/// A camera to place. `cost` has an entry a device: GPUs of one machine may differ.
struct PlacementCamera {
  std::string id;
  std::vector<DeviceLoad> cost;
  std::optional<std::size_t> pinned;   ///< the user's choice: nowhere else
  std::optional<std::size_t> current;  ///< where it runs now
};

/// Where a camera goes, or the arithmetic of why it goes nowhere.
using CameraPlace = Result<std::size_t>;

/// Places cameras on devices, an answer a camera in their order. A camera that runs on a usable device with
/// room stays there, whatever a fresh start would choose: adding a camera moves none, and a device that
/// leaves moves its own alone. The others, largest first, each go where the fullest resource is least full
/// then. What fits nowhere is refused (kind `device`) with what it takes and what each device has left;
/// cameras that already run are never refused in favour of new ones. The same input gives the same answer.
std::vector<CameraPlace> place_cameras(std::span<const PlacementCamera> cameras,
                                       std::span<const PlacementDevice> devices);

}  // namespace lyn
