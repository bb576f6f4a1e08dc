#include "kernels/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lyn {
namespace {

/// What a finite binary16 means, by its definition (IEEE 754-2019, 3.4).
double value_of(unsigned bits) {
  const int exponent = static_cast<int>((bits >> 10) & 31U);
  const int fraction = static_cast<int>(bits & 1023U);
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

TEST(Half, keeps_every_value_that_it_can_hold) {
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    ASSERT_EQ(to_half(static_cast<float>(value_of(bits))), bits);
    ASSERT_EQ(to_half(static_cast<float>(value_of(bits | 0x8000U))), bits | 0x8000U);
  }
}

TEST(Half, rounds_to_the_nearest_and_ties_to_even) {
  for (unsigned bits = 0; bits + 1 < 0x7c00; ++bits) {
    const auto middle = static_cast<float>((value_of(bits) + value_of(bits + 1)) / 2);
    ASSERT_EQ(to_half(middle), (bits & 1U) == 0 ? bits : bits + 1);
    ASSERT_EQ(to_half(std::nextafter(middle, 0.0F)), bits);
    ASSERT_EQ(to_half(std::nextafter(middle, 1e9F)), bits + 1);
  }
}

TEST(Half, overflows_to_infinity_only_past_the_last_half_step) {
  EXPECT_EQ(to_half(65504.0F), 0x7bff);
  EXPECT_EQ(to_half(std::nextafter(65520.0F, 0.0F)), 0x7bff);
  EXPECT_EQ(to_half(65520.0F), 0x7c00);
  EXPECT_EQ(to_half(-1e30F), 0xfc00);
  EXPECT_EQ(to_half(std::numeric_limits<float>::infinity()), 0x7c00);
}

TEST(Half, keeps_signed_zero_and_nan) {
  EXPECT_EQ(to_half(-0.0F), 0x8000);
  EXPECT_EQ(to_half(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(to_half(std::numeric_limits<float>::quiet_NaN()) & 0x7fff, 0x7e00);
}

TEST(Half, gives_back_what_its_bits_mean) {
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    ASSERT_EQ(from_half(static_cast<std::uint16_t>(bits)), value_of(bits));
    ASSERT_EQ(from_half(static_cast<std::uint16_t>(bits | 0x8000U)), value_of(bits | 0x8000U));
  }
  EXPECT_TRUE(std::signbit(from_half(0x8000)));
  EXPECT_EQ(from_half(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(from_half(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(from_half(0x7e00)));
}

}  // namespace
}  // namespace lyn
