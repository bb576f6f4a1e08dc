#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>

#include "core/clock.h"
#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// What can reach a lane. All of it comes through one inbox, so that one blocking wait serves all.
struct SourceOpened {
  StreamInfo stream;
  std::optional<AudioInfo> audio = {};
};
struct PacketArrived {
  Packet packet;
  Clock::Monotonic arrival;
  std::int64_t tick_offset = 0;  ///< to add to this packet's times (--loop)
};
/// A packet of sound, for the video file.
struct SoundArrived {
  Packet packet;
  std::int64_t offset = 0;  ///< to add to its times (--loop)
};
/// The source starts over (--loop): what the decoder still holds comes out first.
struct SourceRewound {};
struct SourceEnded {};
struct SourceFailed {
  Error error;
};
/// The boxes of the frame with this ticket are in its place.
struct BoxesReady {
  std::size_t ticket = 0;
};
struct SlotFree {};
/// The decoder may open now.
struct TurnGiven {};
struct InferenceFailed {
  Error error;
};
struct StopRequested {};

using LaneEvent = std::variant<SourceOpened, PacketArrived, SoundArrived, SourceRewound, SourceEnded, SourceFailed,
                               BoxesReady, SlotFree, TurnGiven, InferenceFailed, StopRequested>;

/// A lane's one queue. What comes from the source is bounded and pushes back on the reader; what
/// answers the lane's own requests (boxes, slots) and commands never waits, and is taken first.
class LaneInbox {
 public:
  /// `capacity`: events of the source that may wait, at least 1.
  explicit LaneInbox(std::size_t capacity) : capacity_(capacity) {}

  /// From the reader: waits for room; false once closed.
  bool push_from_source(LaneEvent event);
  /// Answers and commands: never waits. Bounded by the lane's own requests in flight.
  void push(LaneEvent event);
  /// The next event; waits for one. With `want_source` false the source's events stay where they are.
  /// nullopt once closed.
  std::optional<LaneEvent> pop(bool want_source);
  /// Ends all waits and drops what the source still had waiting.
  void close();

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::deque<LaneEvent> source_;
  std::deque<LaneEvent> answers_;
  bool closed_ = false;
};

}  // namespace lyn
