#include "kernels/packed_box.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace lyn {
namespace {

TEST(PackedBox, HoldsWhatAHandComputedWordSays) {
  // 1.5 * 2048 = 0xC00; class 0xABC; score 0.5 = 0x80000 in 20 bits.
  const PackedBox box = pack({{1.5F, 0.0F, 8191.0F, 2.0F}, 0xABC, 0.5F});
  EXPECT_EQ(box.words[0], 0xBC000C00U);
  EXPECT_EQ(box.words[1], 0x0A000000U);
  EXPECT_EQ(box.words[2], 0x00FFF800U);
  EXPECT_EQ(box.words[3], 0x80001000U);
}

TEST(PackedBox, GivesBackSimpleNumbersExactly) {
  const Detection whole{{0, 1, 640, 8191}, 79, 1.0F};
  const Detection back = unpack(pack(whole));
  EXPECT_EQ(back.box, whole.box);
  EXPECT_EQ(back.class_id, 79);
  EXPECT_EQ(back.score, 1.0F);
  for (const float score : {0.125F, 0.25F, 0.5F, 0.75F}) EXPECT_EQ(unpack(pack({{}, 0, score})).score, score);
  EXPECT_EQ(unpack(pack({{}, kMostClasses - 1, 0.5F})).class_id, kMostClasses - 1);
}

TEST(PackedBox, HoldsCornersWithinTheSlotAndScoresWithinOne) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Detection back = unpack(pack({{-3.0F, -infinity, 9000.0F, infinity}, 0, 1.5F}));
  EXPECT_EQ(back.box.x1, 0);
  EXPECT_EQ(back.box.y1, 0);
  EXPECT_NEAR(back.box.x2, 8192, 0.001);
  EXPECT_NEAR(back.box.y2, 8192, 0.001);
  EXPECT_EQ(back.score, 1.0F);
  EXPECT_EQ(unpack(pack({{}, 0, -1.0F})).score, 0.0F);
  EXPECT_EQ(unpack(pack({{}, 0, std::nanf("")})).score, 0.0F);
}

TEST(PackedBox, ChangesNothingByMoreThanHalfAStep) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> place(0, 8191);
  std::uniform_real_distribution<float> unit(0, 1);
  for (int i = 0; i < 10'000; ++i) {
    const Detection some{{place(random), place(random), place(random), place(random)}, i % kMostClasses, unit(random)};
    const Detection back = unpack(pack(some));
    ASSERT_EQ(back.class_id, some.class_id);
    // Half a step, and where floats themselves are no finer than a step, one of theirs.
    ASSERT_NEAR(back.box.x1, some.box.x1, 0.5 / 2048 + 1e-9);
    ASSERT_NEAR(back.box.y1, some.box.y1, 0.5 / 2048 + 1e-9);
    ASSERT_NEAR(back.box.x2, some.box.x2, 0.5 / 2048 + 1e-9);
    ASSERT_NEAR(back.box.y2, some.box.y2, 0.5 / 2048 + 1e-9);
    ASSERT_NEAR(back.score, some.score, 1.0 / 1048576);
  }
}

}  // namespace
}  // namespace lyn
