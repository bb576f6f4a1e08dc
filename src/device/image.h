#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/colour.h"
#include "core/media.h"
#include "device/address.h"
#include "device/stream.h"

namespace lyn {

/// How samples lie in memory. Planar: Y, U, V. Semi-planar: Y, then U and V in turn (NV12, P010).
/// Samples of more than 8 bits take 16, little-endian.
enum class Layout : std::uint8_t { planar, semi_planar };

struct PixelFormat {
  Chroma chroma = Chroma::yuv420;
  Layout layout = Layout::planar;
  std::uint8_t bit_depth = 8;
  /// True for P010 and its like: the value sits in the high bits of its 16.
  bool high_bits = false;

  [[nodiscard]] int sample_bytes() const { return bit_depth > 8 ? 2 : 1; }
  [[nodiscard]] int planes() const {
    if (chroma == Chroma::grey) return 1;
    return layout == Layout::planar ? 3 : 2;
  }
  /// log2 of how many luma columns or rows share one chroma sample.
  [[nodiscard]] int chroma_shift_x() const { return chroma == Chroma::yuv420 || chroma == Chroma::yuv422 ? 1 : 0; }
  [[nodiscard]] int chroma_shift_y() const { return chroma == Chroma::yuv420 ? 1 : 0; }
  bool operator==(const PixelFormat&) const = default;
};

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

/// A decoded picture on its time line.
struct Frame {
  Image image;
  MediaTime pts;           ///< best-effort timestamp, as ffprobe calls it
  std::int64_t duration = 0;
  bool damaged = false;    ///< the decoder concealed errors, or its references were missing
};

class Device;

/// A new image from the device's pool with 64-byte aligned rows; sizes as given, planes by format.
Result<Image> make_image(Device& device, int width, int height, PixelFormat format, Colour colour);

}  // namespace lyn
