#pragma once

#include <bit>
#include <cstdint>

#include "device/address.h"

namespace lyn {

/// A float as IEEE 754 binary16 bits, rounded to nearest, ties to even; overflow becomes infinity,
/// NaN stays NaN. In integers, so that every device gives the same bits and no hardware half is needed.
LYN_HD std::uint16_t to_half(float value) {
#if defined(__CUDA_ARCH__)
  const std::uint32_t bits = __float_as_uint(value);
#else
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
#endif
  const std::uint32_t sign = (bits >> 16) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > 0x7f800000U) return static_cast<std::uint16_t>(sign | 0x7e00U);
  if (magnitude >= 0x47800000U) return static_cast<std::uint16_t>(sign | 0x7c00U);
  if (magnitude >= 0x38800000U) {  // normal: rebias the exponent by 112, round at bit 13
    const std::uint32_t rebiased = magnitude - (112U << 23);
    return static_cast<std::uint16_t>(sign | ((rebiased + 0xfffU + ((rebiased >> 13) & 1U)) >> 13));
  }
  if (magnitude < 0x33000000U) return static_cast<std::uint16_t>(sign);
  // Subnormal: the significand with its hidden bit, in units of 2^-24. The shift is 14..24.
  const std::uint32_t shift = 126U - (magnitude >> 23);
  const std::uint32_t significand = (magnitude & 0x7fffffU) | 0x800000U;
  const std::uint32_t half = 1U << (shift - 1);
  return static_cast<std::uint16_t>(sign | ((significand + half - 1 + ((significand >> shift) & 1U)) >> shift));
}

/// The float that binary16 bits stand for, exactly; NaN stays NaN.
LYN_HD float from_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t magnitude = half & 0x7fffU;
  std::uint32_t bits = sign | (magnitude << 13U);
  if (magnitude >= 0x7c00U) {
    bits |= 0x7f800000U;
  } else if (magnitude >= 0x0400U) {
    bits += 112U << 23U;
  } else {  // zero or subnormal: a whole number of 2^-24
    const float value = static_cast<float>(magnitude) * (1.0F / 16777216.0F);
    return sign != 0 ? -value : value;
  }
#if defined(__CUDA_ARCH__)
  return __uint_as_float(bits);
#else
  return std::bit_cast<float>(bits);
#endif
}

}  // namespace lyn
