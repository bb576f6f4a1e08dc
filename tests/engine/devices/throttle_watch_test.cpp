#include "engine/devices/throttle_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::Pair;

GaugeReading reading(std::vector<std::string> reasons) {
  return {std::move(reasons), std::nullopt};
}

TEST(ThrottleWatch, SaysNothingOfADeviceThatDoesNotTell) {
  ThrottleWatch watch;
  EXPECT_EQ(watch.seen({}), std::nullopt);
  EXPECT_FALSE(watch.so_far().told);
  EXPECT_EQ(watch.seen(reading({})), std::nullopt);
  EXPECT_TRUE(watch.so_far().told);
}

TEST(ThrottleWatch, TellsWhenItLastsAndWhenItIsOver) {
  ThrottleWatch watch;
  for (int i = 1; i < ThrottleWatch::kReadings; ++i) EXPECT_EQ(watch.seen(reading({"heat"})), std::nullopt) << i;
  EXPECT_FALSE(watch.so_far().now);
  EXPECT_EQ(watch.seen(reading({"heat", "power"})),
            "its clocks are held down (heat, power): it decodes and infers more slowly than it could");
  EXPECT_TRUE(watch.so_far().now);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(watch.seen(reading({"heat"})), std::nullopt) << "said once";
  for (int i = 1; i < ThrottleWatch::kReadings; ++i) EXPECT_EQ(watch.seen(reading({})), std::nullopt) << i;
  EXPECT_EQ(watch.seen(reading({})), "its clocks are no longer held down");
  EXPECT_FALSE(watch.so_far().now);
  EXPECT_THAT(watch.so_far().seconds, ElementsAre(Pair("heat", 100 + ThrottleWatch::kReadings), Pair("power", 1)));
}

TEST(ThrottleWatch, ADipForAMomentIsCountedAndNotTold) {
  ThrottleWatch watch;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(watch.seen(reading({"power"})), std::nullopt);
    EXPECT_EQ(watch.seen(reading({})), std::nullopt);
  }
  EXPECT_FALSE(watch.so_far().now);
  EXPECT_THAT(watch.so_far().seconds, ElementsAre(Pair("power", 100)));
}

}  // namespace
}  // namespace lyn
