#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/findings.h"
#include "device/image.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

/// One decoded frame on its way through a lane.
struct LaneFrame {
  enum class State { waiting_for_slot, inferring, inferred, skipped };
  Frame frame;
  std::uint64_t index = 0;  ///< counts decoded frames from 0
  Clock::Monotonic arrival;
  Clock::Monotonic decoded;    ///< of live sources, as the next one
  Clock::Monotonic answered;   ///< by the model
  Clock::Wall wall;            ///< of a camera: a label for people
  bool discontinuity = false;  ///< of its time, from the one before
  State state = State::waiting_for_slot;
  const char* skip_reason = "";
  EventRef letterboxed;  ///< after which the decoded picture is no longer read by preprocess
  LetterboxGeometry geometry;
  std::optional<std::uint64_t> hash;
  FindingsCopy found;  ///< in slot pixels; written by the batcher while `inferring`
};

/// The frames of a lane in presentation order, in a ring that is allocated once: a ticket is a place
/// in it and stays valid until the frame leaves at the front.
class FrameQueue {
 public:
  explicit FrameQueue(std::size_t capacity) : ring_(capacity) {}

  [[nodiscard]] bool full() const { return count_ == ring_.size(); }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t capacity() const { return ring_.size(); }
  [[nodiscard]] std::size_t size() const { return count_; }

  /// A place for one frame more, at the back. Not when full().
  LaneFrame& push() {
    LaneFrame& place = ring_[(first_ + count_) % ring_.size()];
    ++count_;
    place.frame = {};
    place.state = LaneFrame::State::waiting_for_slot;
    place.skip_reason = "";
    place.letterboxed = nullptr;
    place.hash.reset();
    place.found.clear();
    return place;
  }
  LaneFrame& front() { return ring_[first_]; }
  void pop() {
    ring_[first_].frame = {};
    ring_[first_].letterboxed = nullptr;
    first_ = (first_ + 1) % ring_.size();
    --count_;
  }
  /// The i-th from the front.
  LaneFrame& at(std::size_t i) { return ring_[(first_ + i) % ring_.size()]; }
  LaneFrame& by_ticket(std::size_t ticket) { return ring_[ticket]; }
  [[nodiscard]] std::size_t ticket_of(const LaneFrame& frame) const {
    return static_cast<std::size_t>(&frame - ring_.data());
  }

 private:
  std::vector<LaneFrame> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace lyn
