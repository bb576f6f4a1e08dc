#pragma once

#include <cstdint>

#include "device/address.h"

namespace lyn {

/// Mixing of 8-bit samples in fixed point. A weight is 0..256 (256: the new colour alone), so that
/// both ends are exact and no division is needed. Integers only: the same bits on every device.

/// A coverage or alpha byte (0..255) as a weight, with 255 as exactly 256.
LYN_HD int weight_of(int byte) {
  return byte + (byte >> 7);
}

/// One weight seen through another, rounded.
LYN_HD int weight_product(int a, int b) {
  return (a * b + 128) >> 8;
}

/// `over` laid on `under` with `weight`, rounded to nearest.
LYN_HD std::uint8_t blend(std::uint8_t under, std::uint8_t over, int weight) {
  return static_cast<std::uint8_t>((under * (256 - weight) + over * weight + 128) >> 8);
}

}  // namespace lyn
