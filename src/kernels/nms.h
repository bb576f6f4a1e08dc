#pragma once

#include <cstdint>
#include <cstring>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/box_math.h"

namespace lyn {

/// Most boxes that NMS keeps of a slot: those with the highest scores.
constexpr int kMaxBoxes = 300;
/// Most candidates that NMS looks at in a slot: those with the highest keys. Part of the definition, on
/// every device, so that the sort fits into a GPU block's shared memory.
constexpr int kMaxCandidates = 4096;

/// What a head and NMS leave of one slot: the only thing that is copied to the host.
struct SlotBoxes {
  std::int32_t count = 0;       ///< of `boxes`, 0..kMaxBoxes
  std::int32_t candidates = 0;  ///< how many reached the floor, before the cap
  Detection boxes[kMaxBoxes];   ///< by falling score, then rising anchor; slot pixels
};
static_assert(sizeof(SlotBoxes) == 8 + 24 * kMaxBoxes && sizeof(SlotBoxes) <= 8192, "DESIGN 4: boxes 8 KB a frame");

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

struct NmsArgs {
  Candidates candidates;
  Address<SlotBoxes> results;  ///< one a slot
  float threshold = 0.45F;     ///< IoU above which the lower of two boxes of one class goes
};

/// Greedy non-maximum suppression within a class, slot by slot. In order of falling key a candidate is
/// kept unless a kept one of its class overlaps it by more than `threshold`; ends at kMaxBoxes.
/// The host form sorts `keys` in place: they are spent afterwards on every device.
/// Launch it with nms_grid(slots).
extern const Kernel kNms;

/// One GPU block works on one slot.
constexpr unsigned kNmsThreads = 1024;
constexpr Grid nms_grid(int slots) {
  return {kNmsThreads, static_cast<unsigned>(slots), 1};
}

}  // namespace lyn
