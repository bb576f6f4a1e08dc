#pragma once

#include <cstdint>
#include <cstring>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/box_math.h"

namespace lyn {

/// Candidates' order in one number: a higher score is a larger key, and of equal scores the lower anchor.
/// Keys of one slot differ. `score` must be positive (bits of positive floats rise with their value);
/// no key is 0, which says "not a candidate".
LYN_HD std::uint64_t candidate_key(float score, std::uint32_t anchor) {
  std::uint32_t bits;
  memcpy(&bits, &score, sizeof(bits));
  return (static_cast<std::uint64_t>(bits) << 32U) | static_cast<std::uint64_t>(~anchor);
}

LYN_HD std::uint32_t anchor_of_key(std::uint64_t key) {
  return ~static_cast<std::uint32_t>(key);
}

LYN_HD float score_of_key(std::uint64_t key) {
  const std::uint32_t bits = static_cast<std::uint32_t>(key >> 32U);
  float score;
  memcpy(&score, &bits, sizeof(score));
  return score;
}

/// What heads write and NMS reads, for each slot `anchors` entries one after the other.
struct Candidates {
  Address<std::uint64_t> keys;    ///< candidate_key, or 0
  Address<Box> boxes;             ///< slot pixels; undefined where the key is 0
  Address<std::int32_t> classes;  ///< likewise
  std::int32_t anchors = 0;
};

/// Says of an anchor that it is no candidate.
LYN_HD void drop_candidate(const Candidates& candidates, int slot, int anchor) {
  candidates.keys.host_view()[static_cast<std::int64_t>(slot) * candidates.anchors + anchor] = 0;
}

/// Writes the key of an anchor, and box and class where it is a candidate: a score of at least `floor`
/// and above 0, and a box that a picture can hold.
LYN_HD void put_candidate(const Candidates& candidates, int slot, int anchor, float floor, const Detection& found) {
  const std::int64_t index = static_cast<std::int64_t>(slot) * candidates.anchors + anchor;
  const bool good = found.score >= floor && found.score > 0.0F && plausible(found.box);
  candidates.keys.host_view()[index] = good ? candidate_key(found.score, static_cast<std::uint32_t>(anchor)) : 0;
  if (!good) return;
  candidates.boxes.host_view()[index] = found.box;
  candidates.classes.host_view()[index] = found.class_id;
}

/// The host form of a kernel that decodes one anchor of one slot, launched over {anchors, slots}.
template <class Args, void (*decode)(const Args&, int slot, int anchor)>
void each_anchor(const void* raw, Grid grid) {
  const Args& args = *static_cast<const Args*>(raw);
  for (unsigned slot = 0; slot < grid.y; ++slot) {
    for (unsigned anchor = 0; anchor < grid.x; ++anchor) {
      decode(args, static_cast<int>(slot), static_cast<int>(anchor));
    }
  }
}

}  // namespace lyn
