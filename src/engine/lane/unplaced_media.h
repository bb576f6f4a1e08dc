#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "core/media.h"
#include "core/result.h"
#include "engine/camera/time_line.h"
#include "engine/outputs/lane_outputs.h"
#include "engine/run/tally.h"

namespace lyn {

/// What a video takes of a live camera as it is: packets to copy and sound. They wait here until a picture that was
/// decoded says where the camera's times lie on the lane's line, and go on with times of that line. One thread.
class UnplacedMedia {
 public:
  explicit UnplacedMedia(Tally& tally) : tally_(tally) {}

  void packet(const Packet& packet);
  /// `base`: of its times.
  void sound(Packet packet, Rational base);
  /// The line has placed a picture: what came before it goes on.
  Status placed(MediaTime source, MediaTime ours, const TimeLine& line, LaneOutputs& outputs);
  /// No more pictures of this connection come out: the rest goes on. What no picture ever placed is left out, counted.
  Status end_connection(const TimeLine& line, LaneOutputs* outputs);

 private:
  /// Many more than decoders hold back.
  static constexpr std::size_t kMostWaiting = 256;
  /// Sound so far from the pictures belongs to another time of the camera's clock.
  static constexpr double kNearSeconds = 10;

  struct Sound {
    Packet packet;
    Rational base;
  };
  Status release(const TimeLine& line, LaneOutputs& outputs, std::optional<std::int64_t> own = {});
  void release_sound(const TimeLine& line, LaneOutputs& outputs);

  Tally& tally_;
  std::deque<Packet> packets_;
  std::deque<Sound> sound_;
  std::optional<Rational> base_;  ///< of the packets' times, once a picture of this connection was placed
  std::int64_t first_ = 0;        ///< where that one lies
  std::int64_t newest_ = 0;       ///< and the newest
  std::optional<std::int64_t> last_dts_;
};

}  // namespace lyn
