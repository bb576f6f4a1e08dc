#pragma once

#include <cstdint>
#include <cstring>

#include "device/address.h"

namespace lyn {

/// Arguments of fixed_exp are clamped to these: the result stays a normal number.
constexpr float kLeastExponent = -87.0F;
constexpr float kLargestExponent = 88.0F;

/// e^x by a polynomial of our own, the same bits on every device: only additions, multiplications and a
/// shift, no library call. Relative error below 2e-7 over [kLeastExponent, kLargestExponent]; arguments
/// outside are clamped, NaN counts as the least.
/// Cody-Waite reduction to |r| <= ln(2)/2 and the coefficients of Cephes expf (S. Moshier).
LYN_HD float fixed_exp(float x) {
  if (!(x > kLeastExponent)) x = kLeastExponent;
  if (x > kLargestExponent) x = kLargestExponent;
  // Adding and taking away 1.5 * 2^23 rounds to the nearest integer in the default rounding mode.
  constexpr float kRounder = 12582912.0F;
  const float power = (x * 1.44269504088896341F + kRounder) - kRounder;
  const float r = (x - power * 0.693359375F) - power * -2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  const float mantissa = (p * (r * r) + r) + 1.0F;
  const std::int32_t bits = (static_cast<std::int32_t>(power) + 127) << 23;
  float two_to_power;
  memcpy(&two_to_power, &bits, sizeof(two_to_power));
  return mantissa * two_to_power;
}

/// 1 / (1 + e^-x), from fixed_exp and one IEEE division: the same bits on every device, relative error
/// below 4e-7 for x >= kLeastExponent.
LYN_HD float fixed_sigmoid(float x) {
  return 1.0F / (1.0F + fixed_exp(-x));
}

}  // namespace lyn
