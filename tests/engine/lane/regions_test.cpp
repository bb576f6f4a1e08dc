#include "engine/lane/regions.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

const Polygon kArrow{{0.2, 0.2}, {0.8, 0.2}, {0.5, 0.5}, {0.8, 0.8}, {0.2, 0.8}};  // a notch from the right

TEST(Regions, HaveWhatLiesInThemAndNotTheirNotches) {
  EXPECT_TRUE(lies_in(kArrow, {0.3, 0.5}));
  EXPECT_TRUE(lies_in(kArrow, {0.7, 0.25}));
  EXPECT_FALSE(lies_in(kArrow, {0.6, 0.5}));
  EXPECT_FALSE(lies_in(kArrow, {0.1, 0.5}));
  EXPECT_FALSE(lies_in(kArrow, {0.9, 0.2}));
}

TEST(Regions, HaveTheirOutline) {
  EXPECT_TRUE(lies_in(kArrow, {0.2, 0.5}));
  EXPECT_TRUE(lies_in(kArrow, {0.5, 0.8}));
  EXPECT_TRUE(lies_in(kArrow, {0.8, 0.2}));
  EXPECT_TRUE(lies_in(kArrow, {0.65, 0.35}));
  EXPECT_FALSE(lies_in(kArrow, {0.9, 0.8})) << "on the line of a side, beyond it";
}

TEST(Regions, AskWhereTheMiddleOfTheLowerSideIs) {
  const std::vector<Polygon> lower{{{0, 0.5}, {1, 0.5}, {1, 1}, {0, 1}}};
  EXPECT_TRUE(stands_in(lower, {100, 0, 200, 480}, 640, 480)) << "at the picture's edge";
  EXPECT_FALSE(stands_in(lower, {100, 0, 200, 200}, 640, 480));
  EXPECT_TRUE(stands_in({}, {100, 0, 200, 200}, 640, 480));
  const std::vector<Polygon> two{{{0, 0}, {0.1, 0}, {0, 0.1}}, lower[0]};
  EXPECT_TRUE(stands_in(two, {100, 0, 200, 300}, 640, 480));
}

}  // namespace
}  // namespace lyn
