#pragma once

#include <array>
#include <cstdint>

#include "core/media.h"

namespace lyn {

/// What a packet said, kept while its picture is inside nvcuvid. Packets travel through the parser by
/// number instead of by timestamp, so that times come out exactly as they went in, whatever the parser
/// thinks of them.
struct NvdecPacketNote {
  std::int64_t number = -1;
  std::int64_t pts = kNoTimestamp;
  std::int64_t dts = kNoTimestamp;
  std::int64_t duration = 0;
  bool corrupt = false;
};

class NvdecNotes {
 public:
  /// Keeps a note and gives its number.
  std::int64_t add(const Packet& packet, bool corrupt) {
    const std::int64_t number = next_++;
    slot(number) = {number, packet.pts, packet.dts, packet.duration, corrupt};
    return number;
  }
  /// The note of a number, or an empty one for a number that the parser made up.
  [[nodiscard]] NvdecPacketNote of(std::int64_t number) const {
    if (number < 0 || number >= next_) return {};
    const NvdecPacketNote& note = notes_[static_cast<std::size_t>(number) % kNotes];
    return note.number == number ? note : NvdecPacketNote{};
  }

 private:
  static constexpr std::size_t kNotes = 128;  ///< more than any codec reorders (16) and hides
  NvdecPacketNote& slot(std::int64_t number) { return notes_[static_cast<std::size_t>(number) % kNotes]; }
  std::array<NvdecPacketNote, kNotes> notes_{};
  std::int64_t next_ = 0;
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
