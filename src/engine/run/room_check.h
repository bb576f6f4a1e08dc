#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/media.h"

namespace lyn {

/// Whether a camera may start, and the arithmetic of it.
struct AdmissionAnswer {
  bool admitted = true;
  int factor = 1;              ///< admitted with less: only each n-th of the frames that it wants inferred
  std::string words;           ///< what it needs and what is left; empty where there is room for all of it
  std::string elsewhere = {};  ///< not admitted here: the device that has room, and keeps it for the camera
};

/// Whom the lane of a live source asks before it starts. On the lane's thread.
class RoomCheck {
 public:
  virtual ~RoomCheck() = default;
  /// `pictures`: that it may hold at a time, beside those of the decoder.
  virtual AdmissionAnswer ask(const StreamInfo& stream, std::size_t pictures) = 0;
  /// Only each n-th of the frames that it wants inferred is, from now on.
  virtual void set_factor(int factor) = 0;
  /// What was decoded, and what that took of the CPU; 0: not known.
  virtual void decoded(const StreamInfo& stream, std::uint64_t pictures, std::chrono::nanoseconds cpu) = 0;
};

}  // namespace lyn
