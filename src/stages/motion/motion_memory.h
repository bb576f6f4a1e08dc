#pragma once

#include <cstddef>

#include "core/result.h"
#include "device/device.h"
#include "kernels/motion.h"

namespace lyn {

/// What NMS leaves of one picture, in one piece: it is small, and one copy takes it to the host.
struct MotionBoxes {
  SlotBoxes first;
  MoreBoxes more;
};

/// The device memory of one detector, for pictures of one size: one lease, cut into what MotionArgs names.
class MotionMemory {
 public:
  MotionMemory() = default;
  /// What create() leases.
  static std::size_t bytes_for(int luma_width, int luma_height);
  /// For a picture of this size in stored pixels. Error `device`: no room.
  static Result<MotionMemory> create(Device& device, int luma_width, int luma_height);

  /// The arguments with every address, size and grid filled in, and nothing else.
  [[nodiscard]] const MotionArgs& args() const { return args_; }
  [[nodiscard]] Address<MotionBoxes> results() const { return results_; }
  [[nodiscard]] bool fits(int luma_width, int luma_height) const {
    return args_.luma_width == luma_width && args_.luma_height == luma_height;
  }

 private:
  Buffer memory_;
  MotionArgs args_{};
  Address<MotionBoxes> results_;
};

}  // namespace lyn
