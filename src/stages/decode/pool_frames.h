#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"
#include "stages/decode/damage_notes.h"
#include "stages/decode/ffmpeg.h"

namespace lyn {

/// Lets libavcodec decode straight into a device's pool: one lease a picture, whose planes lie one
/// behind the other with 64-byte aligned rows and the margins that libavcodec's code may read and
/// write. Works with any number of decoder threads.
class PoolFrames {
 public:
  PoolFrames(Device& device, DamageNotes& notes) : device_(device), notes_(notes) {}

  /// Makes `context`, before it is opened, take its pictures from here; this must outlive it.
  /// Frames carry their packet's number in `reordered_opaque`; each picture is noted under it.
  void serve(AVCodecContext& context);
  /// The picture as an image of trapped addresses that shares the lease, also when this and the
  /// decoder are gone. Takes the frame's reference. Colour and rotation are left to the caller.
  static Image image_of(AvFrame frame);
  /// Where a frame's memory lies: for all others, and for libavcodec.
  static std::pair<ByteAddress, const std::uint8_t*> memory_of(const AVFrame& frame);
  /// What the newest picture took of the pool; 0 before the first.
  [[nodiscard]] std::size_t picture_bytes() const { return picture_bytes_.load(std::memory_order_relaxed); }
  /// Why a picture could not be had since the last call, if so.
  std::optional<Error> take_error();

 private:
  static int get_buffer(AVCodecContext* context, AVFrame* frame, int flags);
  int lease(AVCodecContext& context, AVFrame& frame);
  void fail(Error error);

  Device& device_;
  DamageNotes& notes_;
  std::atomic<std::size_t> picture_bytes_{0};
  std::mutex error_mutex_;
  std::optional<Error> error_;
};

}  // namespace lyn
