#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/media.h"

namespace lyn {

/// Remembers, by packet number, what bears on whether its picture can be trusted.
///
/// A picture is damaged when its packet was, when the decoder concealed errors in it, when the
/// decoder had to make up pictures that it refers to (libavcodec then takes more than one picture for
/// one packet: generate_missing_ref() in hevc_refs.c, frame gaps in h264_slice.c, 5.1), or when an
/// earlier reference picture of its GOP was damaged: errors spread until the next keyframe.
/// Not seen: B-frames shown before the damaged picture that they refer to (concealment is known when
/// a picture comes out), and wrong bits inside an HEVC slice (libavcodec 5.1 takes any for a picture).
class DamageNotes {
 public:
  /// `one_picture_a_packet`: true for codecs where that holds (H.264, HEVC), false where a packet may
  /// hold hidden pictures too (VP9).
  explicit DamageNotes(bool one_picture_a_packet) : one_picture_(one_picture_a_packet) {}

  /// A packet goes to the decoder; gives its number. `referenced`: later pictures may depend on it.
  std::int64_t sent(const Packet& packet, bool referenced);
  /// The decoder took memory for a picture of packet `number`. From any thread.
  void picture_taken(std::int64_t number);
  /// The decoder could make nothing of packet `number`.
  void lost(std::int64_t number);
  /// The picture of packet `number` came out; `concealed`: the decoder says that it is not whole.
  bool is_damaged(std::int64_t number, bool concealed);

 private:
  struct Note {
    std::int64_t number = -1;
    std::int64_t gop = -1;  ///< number of the keyframe that it follows
    bool corrupt = false;
    bool referenced = true;
    std::atomic<int> pictures{0};
  };
  static constexpr std::size_t kNotes = 128;  ///< more than any codec reorders (16) and threads hold
  Note* find(std::int64_t number);
  void spread(const Note& note);

  std::array<Note, kNotes> notes_;
  bool one_picture_;
  std::int64_t next_ = 0;
  std::int64_t gop_ = -1;
  std::int64_t damaged_gop_ = -2;   ///< the last GOP in which damage began
  std::int64_t damaged_from_ = -1;  ///< and the packet where it did
};

}  // namespace lyn
