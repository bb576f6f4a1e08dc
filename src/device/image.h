#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/colour.h"
#include "core/media.h"
#include "device/address.h"
#include "device/stream.h"

namespace lyn {

struct Plane {
  ByteAddress data;
  std::int64_t pitch = 0;  ///< bytes from one row to the next
  int width = 0;           ///< samples a row; a semi-planar chroma plane counts pairs
  int height = 0;          ///< rows
};

/// A picture on a device: planes, how to read them, and a share of the lease that keeps them.
/// Copies share the pixels. Never a bare pointer; never on the host.
struct Image {
  int width = 0;  ///< as stored, before rotation
  int height = 0;
  PixelFormat format;
  Colour colour;     ///< resolved: no field is `unspecified`
  int rotation = 0;  ///< quarter turns clockwise to show it upright: 0..3
  std::array<Plane, 3> planes{};
  std::shared_ptr<const void> lease;  ///< keeps the memory; its last owner gives it back
  EventRef ready;                     ///< after which the pixels may be read; null: now

  [[nodiscard]] int upright_width() const { return rotation % 2 == 0 ? width : height; }
  [[nodiscard]] int upright_height() const { return rotation % 2 == 0 ? height : width; }
};

/// How a picture was taken: at once, or as two fields, of which the one with lines 0, 2, … (top) or the other came
/// first.
enum class Fields { progressive, top_first, bottom_first };

/// A decoded picture on its time line.
struct Frame {
  Image image;
  MediaTime pts;  ///< best-effort timestamp, as ffprobe calls it
  std::int64_t duration = 0;
  bool damaged = false;  ///< the decoder concealed errors, or its references were missing
  Fields fields = Fields::progressive;
};

class Device;

/// A new image from the device's pool with 64-byte aligned rows; sizes as given, planes by format.
Result<Image> make_image(Device& device, int width, int height, PixelFormat format, Colour colour);

}  // namespace lyn
