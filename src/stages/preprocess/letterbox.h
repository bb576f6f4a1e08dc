#pragma once

#include <cstdint>
#include <memory>

#include "core/detection.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "kernels/element_type.h"
#include "kernels/pad_side.h"

namespace lyn {

enum class ColourOrder : std::uint8_t { rgb, bgr };
enum class Resize : std::uint8_t { bilinear, area };
enum class SlotLayout : std::uint8_t { nchw, nhwc };

/// What a model wants to see: one tensor slot of 3 planes, or of pixels (NHWC).
struct InputSpec {
  int width = 640;
  int height = 640;
  ColourOrder order = ColourOrder::rgb;
  ElementType type = ElementType::float32;  ///< uint8: the pixel itself, with scale 1, mean 0 and std 1 only
  float scale = 1.0F;                       ///< value = (pixel * scale - mean[c]) / std[c], pixel 0..255
  float mean[3] = {0, 0, 0};                ///< in the order of the channels
  float std[3] = {1, 1, 1};
  PadSide pad = PadSide::bottom_right;
  std::uint8_t pad_value = 114;
  Resize resize = Resize::bilinear;
  SlotLayout layout = SlotLayout::nchw;

  [[nodiscard]] std::size_t slot_bytes() const;
};

/// Where the picture lies in the slot: slot = picture * scale + offset. Both scales are
/// min(slot_w / w, slot_h / h) for the upright picture; the scaled size is floor(w*scale) x floor(h*scale)
/// in double arithmetic, as YOLOX's own code has it (432 rows at 416/768 become 233), and at least 1 x 1. Without
/// padding each side has its own scale, and the scaled size is the slot's.
struct LetterboxGeometry {
  float scale_x = 1;
  float scale_y = 1;
  int offset_x = 0;
  int offset_y = 0;
  int scaled_width = 0;
  int scaled_height = 0;
  int picture_width = 0;  ///< upright
  int picture_height = 0;

  /// A box in slot pixels as a box in picture pixels, clipped to the picture.
  [[nodiscard]] Box to_picture(Box slot_box) const;
  /// The same, not clipped.
  [[nodiscard]] Box beyond_picture(Box slot_box) const;
  /// As to_picture() for a point.
  [[nodiscard]] Keypoint to_picture(Keypoint slot_point) const;
};

LetterboxGeometry letterbox_geometry(int upright_width, int upright_height, const InputSpec& spec);

/// YUV planes to a model's input slot in one kernel: colour, resize, rotation, padding, normalisation.
/// Fixed point for pixels: the same bits on every device. Keeps filter tables for the sizes it has
/// last seen (uploaded once a size). One thread and one stream at a time; reuse it for the life of a lane.
class Letterbox {
 public:
  Letterbox(Device& device, InputSpec spec);
  ~Letterbox();
  Letterbox(Letterbox&&) noexcept;
  Letterbox& operator=(Letterbox&&) noexcept;

  /// Fills `slot` (spec.slot_bytes() of device memory) from `image`. Waits for image.ready on the
  /// stream; the image's lease must be kept until the stream has passed this point. Error kind `device`:
  /// a specification or an image that it cannot serve, each with its reason; the slot is then untouched.
  Result<LetterboxGeometry> run(Stream& stream, const Image& image, ByteAddress slot);
  [[nodiscard]] const InputSpec& spec() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lyn
