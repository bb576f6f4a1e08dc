#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "core/detection.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

struct MotionOptions {
  double sensitivity = 0.5;  ///< 0..1: the least change that counts falls from 18 levels of luma to 2
  double min_area = 0.0005;  ///< least share of the picture that a box must have changed
  float floor = 0.1F;        ///< boxes that score less never leave the device
  float nms = 0.45F;         ///< IoU above which the lower of two boxes goes
};

/// Finds what moves before a background that it learns: no weights, any camera. One a camera, since it
/// remembers; kernels/motion.h says how. Works on the luma plane of any format, on the device; what leaves is one
/// block of boxes a frame (SlotBoxes, under 8 KB).
///
/// A frame's boxes come later than the frame: up to `places` frames may be queued between run() and boxes().
/// One thread and one stream at a time.
class MotionDetector {
 public:
  MotionDetector(Device& device, const MotionOptions& options, std::size_t places);
  /// What it keeps on the device for pictures of this size.
  static std::size_t memory_bytes(int width, int height);
  ~MotionDetector();

  /// Queues one frame at presentation time `seconds`, its boxes to come to `place` (below `places`). Waits for
  /// image.ready on the stream; the image's lease must be kept until the stream has passed this point. Learns anew
  /// after reset(), after a change of size or rotation, and where time went back or jumped by more than 10 s. Errors
  /// are kind `device`: no memory, an empty picture.
  Status run(Stream& stream, const Image& image, double seconds, std::size_t place);
  /// What moved in the frame of this place, once the stream has passed its run(): boxes in pixels of the upright
  /// picture, by falling score, class 0. Valid until the next frame is run
  /// for this place.
  [[nodiscard]] std::span<const Detection> boxes(std::size_t place);
  /// The next frame is of another scene: nothing of the model holds.
  void reset();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
