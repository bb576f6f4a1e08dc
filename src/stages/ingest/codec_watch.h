#pragma once

#include <cstdint>
#include <span>

#include "core/media.h"

namespace lyn {

/// Notices that a stream of H.264 or HEVC with start codes (TS, raw files) goes on as the other of the two: libavformat
/// 5.1 keeps the codec that a PID was first announced with, and a raw file has nothing that could announce one.
/// What tells is the other codec's parameter sets: their headers mean nothing in the stream's own codec.
class CodecWatch {
 public:
  explicit CodecWatch(const StreamInfo& stream);

  /// The next packet of the stream. `unknown` as long as it is what it was; else the codec that it is now.
  CodecId look_at(std::span<const std::uint8_t> packet);

 private:
  void look_at_header(std::uint8_t first, std::uint8_t second);

  CodecId own_;
  CodecId other_ = CodecId::unknown;  ///< unknown: nothing is watched
  bool suspicious_ = false;           ///< this packet holds a parameter set of the other codec
  unsigned sets_seen_ = 0;            ///< which of them, a bit each, in packets one behind the other
};

}  // namespace lyn
