#pragma once

#include <array>
#include <cstdint>

#include "core/media.h"

namespace lyn {

/// What a packet said, kept while its picture is inside nvcuvid. Times are ours to carry: the parser's
/// own reordering of timestamps gives some B-frames the time of another picture (seen with driver 580).
struct NvdecPacketNote {
  std::int64_t number = -1;
  std::int64_t pts = kNoTimestamp;
  std::int64_t dts = kNoTimestamp;
  std::int64_t duration = 0;
};

/// Notes by packet number, counted from 0.
class NvdecNotes {
 public:
  void keep(std::int64_t number, const Packet& packet) {
    notes_[slot(number)] = {number, packet.pts, packet.dts, packet.duration};
  }
  /// The note of a packet; one without times for a packet that is not known (any more).
  [[nodiscard]] NvdecPacketNote of(std::int64_t number) const {
    if (number < 0) return {};
    const NvdecPacketNote& note = notes_[slot(number)];
    return note.number == number ? note : NvdecPacketNote{};
  }

 private:
  static constexpr std::size_t kNotes = 128;  ///< more than any codec reorders (16) and hides
  static std::size_t slot(std::int64_t number) { return static_cast<std::size_t>(number) % kNotes; }
  std::array<NvdecPacketNote, kNotes> notes_{};
};

/// best_effort_timestamp as libavcodec has it (guess_correct_pts in libavcodec/decode.c, 5.1): the PTS,
/// unless PTS went backwards more often than DTS did.
class BestEffortTime {
 public:
  std::int64_t next(std::int64_t pts, std::int64_t dts) {
    if (dts != kNoTimestamp) {
      faulty_dts_ += dts <= last_dts_ ? 1 : 0;
      last_dts_ = dts;
    } else if (pts != kNoTimestamp) {
      last_dts_ = pts;
    }
    if (pts != kNoTimestamp) {
      faulty_pts_ += pts <= last_pts_ ? 1 : 0;
      last_pts_ = pts;
    } else if (dts != kNoTimestamp) {
      last_pts_ = dts;
    }
    return (faulty_pts_ <= faulty_dts_ || dts == kNoTimestamp) && pts != kNoTimestamp ? pts : dts;
  }

 private:
  std::int64_t faulty_pts_ = 0;
  std::int64_t faulty_dts_ = 0;
  std::int64_t last_pts_ = kNoTimestamp;
  std::int64_t last_dts_ = kNoTimestamp;
};

}  // namespace lyn
