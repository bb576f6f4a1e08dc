#include "kernels/fixed_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace lyn {
namespace {

TEST(FixedExp, IsWithinItsStatedErrorOverItsWholeRange) {
  double worst = 0;
  for (float x = kLeastExponent; x <= kLargestExponent; x += 1.0F / 1024) {
    const double exact = std::exp(double{x});
    worst = std::max(worst, std::abs(double{fixed_exp(x)} - exact) / exact);
  }
  EXPECT_LT(worst, 2e-7);
}

TEST(FixedExp, IsWithinItsStatedErrorForEveryFloatNearZeroAndOne) {
  double worst = 0;
  for (std::uint32_t bits = std::bit_cast<std::uint32_t>(0.25F); bits <= std::bit_cast<std::uint32_t>(1.0F);
       bits += 31) {
    for (const float x : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)}) {
      const double exact = std::exp(double{x});
      worst = std::max(worst, std::abs(double{fixed_exp(x)} - exact) / exact);
    }
  }
  EXPECT_LT(worst, 2e-7);
}

TEST(FixedExp, GivesTheseBits) {  // what every device must give
  EXPECT_EQ(fixed_exp(0.0F), 1.0F);
  EXPECT_EQ(fixed_exp(-0.0F), 1.0F);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(fixed_exp(1.0F)), std::bit_cast<std::uint32_t>(2.71828175F));
  EXPECT_EQ(std::bit_cast<std::uint32_t>(fixed_exp(-1.0F)), std::bit_cast<std::uint32_t>(0.36787945F));
}

TEST(FixedExp, ClampsWhatIsOutsideAndStaysFinite) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(fixed_exp(1000.0F), fixed_exp(kLargestExponent));
  EXPECT_EQ(fixed_exp(infinity), fixed_exp(kLargestExponent));
  EXPECT_TRUE(std::isfinite(fixed_exp(infinity)));
  EXPECT_EQ(fixed_exp(-1000.0F), fixed_exp(kLeastExponent));
  EXPECT_EQ(fixed_exp(std::numeric_limits<float>::quiet_NaN()), fixed_exp(kLeastExponent));
  EXPECT_TRUE(std::isnormal(fixed_exp(kLeastExponent)));
}

TEST(FixedSigmoid, IsWithinItsStatedError) {
  double worst = 0;
  for (float x = kLeastExponent; x <= kLargestExponent; x += 1.0F / 1024) {
    const double exact = 1 / (1 + std::exp(-double{x}));
    worst = std::max(worst, std::abs(double{fixed_sigmoid(x)} - exact) / exact);
  }
  EXPECT_LT(worst, 4e-7);
}

TEST(FixedSigmoid, GoesThroughItsFixedPoints) {
  EXPECT_EQ(fixed_sigmoid(0.0F), 0.5F);
  EXPECT_EQ(fixed_sigmoid(100.0F), 1.0F);
}

}  // namespace
}  // namespace lyn
