#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>

#include "core/bounded_queue.h"
#include "core/clock.h"
#include "core/media.h"
#include "core/result.h"

namespace lyn {

/// What can reach a lane. All of it comes through one inbox, so that one blocking wait serves all. `attempt`:
/// which of a camera's readers says it (Supervisor's number); 0 for a file.
struct MediaSeen {
  int attempt = 0;
};
struct SourceOpened {
  StreamInfo stream;
  std::optional<AudioInfo> audio = {};
  bool leaves_sound = false;  ///< see Source
  int attempt = 0;
};
struct PacketArrived {
  Packet packet;
  Clock::Monotonic arrival;
  std::int64_t tick_offset = 0;  ///< to add to this packet's times (--loop)
  int attempt = 0;
};
/// A packet of sound, for the video file.
struct SoundArrived {
  Packet packet;
  std::int64_t offset = 0;  ///< to add to its times (--loop)
  int attempt = 0;
};
/// The source starts over (--loop): what the decoder still holds comes out first.
struct SourceRewound {};
struct SourceEnded {
  int attempt = 0;
};
struct SourceFailed {
  Error error;
  int attempt = 0;
};
/// The boxes of the frame with this ticket are in its place, where that still is frame number `frame`.
struct BoxesReady {
  std::size_t ticket = 0;
  std::uint64_t frame = 0;
};
struct SlotFree {};
/// The decoder may open now.
struct TurnGiven {};
struct InferenceFailed {
  Error error;
};
struct StopRequested {};
/// The time that pop() was given has come.
struct DeadlinePassed {};

using LaneEvent =
    std::variant<MediaSeen, SourceOpened, PacketArrived, SoundArrived, SourceRewound, SourceEnded, SourceFailed,
                 BoxesReady, SlotFree, TurnGiven, InferenceFailed, StopRequested, DeadlinePassed>;

/// A lane's one queue. What comes from the source is bounded; what answers the lane's own requests (boxes,
/// slots) and commands never waits, and is taken first.
///
/// When a source's events fill it: `block` pushes back on the reader. `drop_oldest` (cameras) never makes it
/// wait: all packets before the newest keyframe go, or, where none waits, the new one and the rest of its
/// group of pictures; whole groups go, so that what stays can be decoded, and they are counted. Sound that waits has a
/// bound of its own, beyond which what comes is lost.
class LaneInbox {
 public:
  /// `capacity`: events of the source that may wait, at least 1.
  explicit LaneInbox(std::size_t capacity, WhenFull when_full = WhenFull::block)
      : capacity_(capacity), when_full_(when_full) {}

  /// From the reader; false once closed.
  bool push_from_source(LaneEvent event);
  /// Answers and commands: never waits. Bounded by the lane's own requests in flight.
  void push(LaneEvent event);
  /// The next event; waits for one, or for the deadline. With `want_source` false the source's events stay
  /// where they are. nullopt once closed.
  std::optional<LaneEvent> pop(bool want_source, std::optional<Clock::Monotonic> deadline = std::nullopt);
  /// Packets that were dropped since the last call.
  std::uint64_t take_dropped();
  /// Whether sound was lost since the last call.
  bool take_lost_sound();
  /// Ends all waits and drops what the source still had waiting.
  void close();

 private:
  /// Packets of sound to one of the rest: several times what any codec has beside pictures.
  static constexpr std::size_t kSoundsEach = 8;

  bool admit(const LaneEvent& event);
  bool admit_picture(const PacketArrived& arrived);
  bool admit_sound();
  [[nodiscard]] bool full() const { return source_.size() - sounds_ >= capacity_; }
  bool drop_before_newest_key(const PacketArrived& arrived);

  const std::size_t capacity_;
  const WhenFull when_full_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::deque<LaneEvent> source_;
  std::deque<LaneEvent> answers_;
  std::optional<int> cut_attempt_;  ///< whose packets go until its next keyframe
  std::size_t sounds_ = 0;          ///< of those in source_
  std::uint64_t dropped_ = 0;
  bool lost_sound_ = false;
  bool closed_ = false;
};

}  // namespace lyn
