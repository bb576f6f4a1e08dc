#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "kernels/motion.h"
#include "kernels/scene.h"

namespace lyn {

/// What one look at a picture gives. 488 bytes, and no pixel among them.
struct SceneLook {
  std::uint64_t hash = 0;  ///< of every sample (kernels/frame_hash.h): equal only for the same picture
  std::array<SceneCell, kSceneCells> cells{};
  bool fresh = true;  ///< nothing was known before it: `known`, `marks` and `same` are 0
  int black = 16;     ///< luma of black, on the scale of 8 bits
};

/// Looks at a picture now and then, on the device, and remembers how the view usually is. One a camera; one thread
/// and one stream at a time.
class SceneProbe {
 public:
  explicit SceneProbe(Device& device) : device_(device) {}

  /// Queues a look. `share`, 0 to 1: how far the usual view goes towards this one. Not while a look is under way. Waits
  /// for image.ready on the stream, and keeps the picture until take(). After a change of size nothing is known. Errors
  /// are kind `device`: no memory, an empty picture.
  Status look(Stream& stream, const Image& image, double share);
  [[nodiscard]] bool under_way() const { return under_way_; }
  /// The look that was asked for, once the device has it; never waits.
  std::optional<SceneLook> take();
  /// True where a look at a picture of this size would begin anew.
  [[nodiscard]] bool is_new(const Image& image) const {
    return args_.luma_width != image.width || args_.luma_height != image.height;
  }
  /// The next look begins anew.
  void forget() { fresh_ = true; }

 private:
  /// As it leaves the device.
  struct Numbers {
    std::uint64_t hash;
    SceneCell cells[kSceneCells];
  };
  Status fit(Stream& stream, const Image& image);

  Device& device_;
  Buffer memory_;
  Staging staging_;
  MotionArgs args_{};  ///< of kMotionReduce alone
  SceneArgs scene_{};
  Address<Numbers> numbers_;
  bool fresh_ = true;
  bool under_way_ = false;
  SceneLook next_;
  std::shared_ptr<const void> looked_at_;
  EventRef done_;
};

}  // namespace lyn
