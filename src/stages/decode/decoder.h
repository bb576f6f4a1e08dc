#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/media.h"
#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// What becomes of interlaced pictures: both fields woven as they are coded, or one whole picture of the first field.
enum class Interlaced { weave, bob };

struct DecoderOptions {
  int threads = 1;  ///< of the software decoder; ignored by NVDEC
  Interlaced interlaced = Interlaced::weave;
};

/// Compressed pictures in, images on the device out, in presentation order. One thread at a time.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Gives one packet; takes no ownership of the bytes past the packet's shared owner.
  /// Call receive() until it gives nullopt after each send. A damaged packet is not an error:
  /// frames that come of it are marked. Errors are kind `device`: it cannot decode this at all.
  virtual Status send(const Packet& packet) = 0;
  /// No more packets: receive() then gives what is left. After that, reset() starts anew.
  virtual Status drain() = 0;
  /// The next frame, or nullopt when more packets are needed (or, after drain(), at the end).
  virtual Result<std::optional<Frame>> receive() = 0;
  /// Forgets all state, for a jump or a rewind. Frames given out stay valid.
  virtual Status reset() = 0;
  /// What one picture takes of the device's pool, in bytes; 0 where none was decoded yet, or pictures
  /// are not leased from the pool one by one.
  [[nodiscard]] virtual std::size_t picture_bytes() const { return 0; }
  /// Packets dropped, ever, because no keyframe had come yet; the decoder never saw them.
  virtual std::uint64_t skipped_before_key() const { return 0; }
};

/// libavcodec (AV1: libdav1d), straight into the pool of `device` (which must be a cpu device) through
/// get_buffer2.
/// Nothing before the first keyframe (or recovery point) comes out. Error `device` names a codec or
/// pixel format that it does not decode, and the ones that it does. Pictures without a timestamp
/// (raw streams, where ffprobe says N/A) follow one another at the stream's frame rate.
Result<std::unique_ptr<Decoder>> make_software_decoder(Device& device, const StreamInfo& stream,
                                                       const DecoderOptions& options);

}  // namespace lyn
