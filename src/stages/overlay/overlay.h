#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/detection.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// One thing to draw: a box with its label, in upright picture pixels.
struct OverlayItem {
  Box box;
  std::int64_t track = 0;  ///< colours the box and keeps its trail; 0: colour by class, no trail
  int class_id = 0;
  std::string_view label;                    ///< UTF-8, may be empty; "person 0.87"
  std::span<const Keypoint> keypoints = {};  ///< COCO's 17 are joined to a skeleton; unlikely ones are left out
  const Mask* mask = nullptr;                ///< null: none
  bool outlined = true;                      ///< false: the label alone, placed as if the box were there
};

struct OverlayOptions {
  std::string font = {};  ///< path of a TrueType file; empty: the packaged one
  bool trails = true;
  int trail_points = 32;
  Layout layout = Layout::planar;  ///< of the result; semi-planar (NV12) is what NVENC takes
};

/// Draws boxes, labels, keypoints, masks and track trails on YUV planes on the device. The decoded picture is never
/// written (the decoder may still refer to it): the result is a new upright 8-bit 4:2:0 image from
/// the pool, as an encoder takes it: the upright size rounded down to even (the last column and row of
/// an odd picture are left out), samples of more than 8 bits rounded. Line width follows the picture's height; labels
/// stay inside the frame; the palette is one that colour-blind people can tell apart. One thread at a time.
class Overlay {
 public:
  /// Errors: kind `usage` for a font file that cannot be read, `output` when the default one is not
  /// installed, `device` for lack of memory.
  static Result<std::unique_ptr<Overlay>> create(Device& device, OverlayOptions options);
  virtual ~Overlay() = default;
  /// Waits for image.ready on the stream; keep the image until the stream has passed this point. The
  /// result's `ready` says when it may be read. At most 8 KB a frame go to the device for what is drawn:
  /// of more items than that, boxes are drawn first, then labels, keypoints, masks, trails. Always the same stream.
  virtual Result<Image> draw(Stream& stream, const Image& image, std::span<const OverlayItem> items) = 0;
};

}  // namespace lyn
