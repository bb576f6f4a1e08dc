#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"
#include "device/kernel.h"
#include "kernels/nms.h"
#include "kernels/packed_box.h"
#include "kernels/raw_output.h"

namespace lyn {

/// A keypoint in 8 bytes, as it leaves the device: its place as a packed box has its corners (so it is held
/// within the slot), a score of 16 bits. The place lies in the lower 24 bits of each word; above it, from
/// word 0 on, score bits 0..7 and 8..15.
struct PackedKeypoint {
  std::uint32_t words[2];
};
static_assert(sizeof(PackedKeypoint) == 8);

/// Keypoints of so many bytes leave the device with a frame, at most: those of the highest boxes.
constexpr int kKeypointBytes = 8192;

/// Of how many boxes keypoints leave the device, where each has `count` of them.
constexpr int boxes_with_keypoints(int count) {
  const int fitting = kKeypointBytes / (count * static_cast<int>(sizeof(PackedKeypoint)));
  return fitting < kMaxBoxes ? fitting : kMaxBoxes;
}

LYN_HD PackedKeypoint pack(const Keypoint& point) {
  const float held = point.score > 0.0F ? (point.score < 1.0F ? point.score : 1.0F) : 0.0F;
  const float scaled = held * 65535.0F + 0.5F;
  const auto score = static_cast<std::uint32_t>(scaled);
  return {{packed::corner(point.x) | (score & 0xffU) << 24U, packed::corner(point.y) | (score >> 8U) << 24U}};
}

LYN_HD Keypoint unpack(const PackedKeypoint& point) {
  const std::uint32_t score = point.words[0] >> 24U | point.words[1] >> 24U << 8U;
  return {packed::corner_of(point.words[0]), packed::corner_of(point.words[1]),
          static_cast<float>(score) * (1.0F / 65535.0F)};
}

/// Reads the keypoints of the boxes that NMS kept out of the output that the boxes came from. Value v of
/// keypoint k of an anchor is element slot * slot_step + anchor * anchor_step + (first + k * values + v) * value_step.
struct KeypointArgs {
  RawOutput raw;
  Address<const SlotBoxes> results;     ///< for their counts
  Address<const std::int32_t> anchors;  ///< NmsArgs::anchors
  Address<PackedKeypoint> keypoints;    ///< written: `boxes` times `count` a slot
  std::int32_t boxes = 0;               ///< of so many boxes a slot, at most
  std::int32_t count = 0;               ///< keypoints a box
  std::int32_t values = 3;              ///< x, y and score, or 2: x and y
  std::int32_t first = 0;               ///< value of an anchor at which keypoints begin
  std::int64_t slot_step = 0;
  std::int64_t anchor_step = 0;
  std::int64_t value_step = 0;
};

/// The index-th keypoint of a slot: of box index / count. Boxes that are not there are left as they are.
LYN_HD void gather_keypoint(const KeypointArgs& args, int slot, int index) {
  const int box = index / args.count;
  if (box >= args.results.host_view()[slot].count) return;
  const std::int32_t anchor = args.anchors.host_view()[static_cast<std::int64_t>(slot) * kMaxBoxes + box];
  const std::int64_t at = slot * args.slot_step + anchor * args.anchor_step +
                          (args.first + static_cast<std::int64_t>(index % args.count) * args.values) * args.value_step;
  const float score = args.values == 3 ? args.raw.at(at + 2 * args.value_step) : 1.0F;
  args.keypoints.host_view()[static_cast<std::int64_t>(slot) * args.boxes * args.count + index] =
      pack(Keypoint{args.raw.at(at), args.raw.at(at + args.value_step), score});
}

/// Launch it over {boxes * count, slots}.
extern const Kernel kGatherKeypoints;

}  // namespace lyn
