#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/candidates.h"
#include "kernels/packed_box.h"

namespace lyn {

/// Most boxes that NMS keeps of a slot: those with the highest scores.
constexpr int kMaxBoxes = 300;
/// Most candidates that NMS looks at in a slot: those with the highest keys. Part of the definition, on
/// every device, so that the sort fits into a GPU block's shared memory.
constexpr int kMaxCandidates = 4096;

/// So many of them are copied to the host with every frame; the rest only of frames that have more.
constexpr int kFirstBoxes = 32;

/// What a head and NMS leave of one slot, by falling score, then rising anchor, in slot pixels: counts and
/// the first boxes, which are copied to the host whether there are any or not...
struct SlotBoxes {
  std::int32_t count = 0;       ///< of boxes in both parts, 0..kMaxBoxes
  std::int32_t candidates = 0;  ///< how many reached the floor, before the cap
  PackedBox boxes[kFirstBoxes];
};
/// ... and the others.
struct MoreBoxes {
  PackedBox boxes[kMaxBoxes - kFirstBoxes];
};
static_assert(sizeof(SlotBoxes) == 8 + 16 * kFirstBoxes);
static_assert((sizeof(SlotBoxes) + sizeof(MoreBoxes)) * 30 <= 150'000,
              "DESIGN 8: even a crowd at 30 frames/s leaves the device in 0.15 MB/s");

struct NmsArgs {
  Candidates candidates;
  Address<SlotBoxes> results;          ///< one a slot
  Address<MoreBoxes> more;             ///< likewise; holds anything behind the boxes that `count` says
  float threshold = 0.45F;             ///< IoU above which the lower of two boxes of one class goes
  Address<std::int32_t> anchors = {};  ///< kMaxBoxes a slot: where each kept box came from; null: not asked for
};

/// All boxes of a slot, unpacked, at `to`, which has room for kMaxBoxes; returns their number. For the host's
/// copies: `more` is looked at only where `first` says that it holds some.
inline int unpack_boxes(const SlotBoxes& first, const MoreBoxes& more, Detection* to) {
  for (int i = 0; i < first.count; ++i) {
    to[i] = unpack(i < kFirstBoxes ? first.boxes[i] : more.boxes[i - kFirstBoxes]);
  }
  return first.count;
}

/// Writes the index-th box of a slot.
LYN_HD void store_box(SlotBoxes& first, MoreBoxes& more, int index, const Detection& detection) {
  (index < kFirstBoxes ? first.boxes[index] : more.boxes[index - kFirstBoxes]) = pack(detection);
}

/// Says where the index-th box of a slot came from, where somebody asks.
LYN_HD void store_anchor(const NmsArgs& args, int slot, int index, std::uint32_t anchor) {
  if (args.anchors.null()) return;
  args.anchors.host_view()[static_cast<std::int64_t>(slot) * kMaxBoxes + index] = static_cast<std::int32_t>(anchor);
}

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
