#pragma once

#include <cstdint>

#include "core/detection.h"
#include "device/address.h"

namespace lyn {

/// A detection in 16 bytes, as it leaves the device: four corners in 13.11 fixed point (1/2048 of a slot
/// pixel), a class of 12 bits, a score of 20. Corners are held within [0, 8192): a slot is no larger, and
/// what lies outside of it is outside of the picture.
///
/// Each word holds a corner in its lower 24 bits. Above it, from word 0 to 3: class bits 0..7; class bits
/// 8..11 and score bits 0..3; score bits 4..11; score bits 12..19.
struct PackedBox {
  std::uint32_t words[4];
};
static_assert(sizeof(PackedBox) == 16);

/// Classes that a packed box can tell apart.
constexpr int kMostClasses = 4096;

namespace packed {

constexpr std::uint32_t kCornerMask = 0xffffffU;
constexpr std::uint32_t kScoreOne = (1U << 20U) - 1;  ///< stands for 1; others count in 2^-20

LYN_HD std::uint32_t corner(float value) {
  if (!(value > 0.0F)) return 0;
  const float scaled = value * 2048.0F;
  if (!(scaled < 16777215.0F)) return kCornerMask;
  // From 2^23 on a float is a whole number already, and adding a half would round it once more.
  return static_cast<std::uint32_t>(scaled < 8388608.0F ? scaled + 0.5F : scaled);
}

LYN_HD float corner_of(std::uint32_t word) {
  return static_cast<float>(word & kCornerMask) * (1.0F / 2048.0F);
}

LYN_HD std::uint32_t score(float value) {
  if (!(value > 0.0F)) return 0;
  const float scaled = value * 1048576.0F + 0.5F;
  return scaled < 1048575.0F ? static_cast<std::uint32_t>(scaled) : kScoreOne;
}

LYN_HD float score_of(std::uint32_t bits) {
  return bits == kScoreOne ? 1.0F : static_cast<float>(bits) * (1.0F / 1048576.0F);
}

}  // namespace packed

LYN_HD PackedBox pack(const Detection& detection) {
  const std::uint32_t class_bits = static_cast<std::uint32_t>(detection.class_id) & 0xfffU;
  const std::uint32_t score = packed::score(detection.score);
  return {{packed::corner(detection.box.x1) | (class_bits & 0xffU) << 24U,
           packed::corner(detection.box.y1) | (class_bits >> 8U | (score & 0xfU) << 4U) << 24U,
           packed::corner(detection.box.x2) | (score >> 4U & 0xffU) << 24U,
           packed::corner(detection.box.y2) | (score >> 12U) << 24U}};
}

LYN_HD Detection unpack(const PackedBox& box) {
  const std::uint32_t class_bits = box.words[0] >> 24U | (box.words[1] >> 24U & 0xfU) << 8U;
  const std::uint32_t score = box.words[1] >> 28U | box.words[2] >> 24U << 4U | box.words[3] >> 24U << 12U;
  return {{packed::corner_of(box.words[0]), packed::corner_of(box.words[1]), packed::corner_of(box.words[2]),
           packed::corner_of(box.words[3])},
          static_cast<int>(class_bits),
          packed::score_of(score)};
}

}  // namespace lyn
