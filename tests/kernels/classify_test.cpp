#include "kernels/classify.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

std::vector<TopClasses> classify(const std::vector<float>& values, int slots, bool logits) {
  CpuBench bench;
  const DeviceArray<float> raw(bench, values);
  const DeviceArray<TopClasses> results(bench, static_cast<std::size_t>(slots));
  const ClassifyArgs args{{raw.address().as<const std::uint8_t>(), ElementType::float32},
                          results.address(),
                          static_cast<std::int32_t>(values.size()) / slots,
                          logits};
  const Grid grid{unsigned{kClassLanes}, static_cast<unsigned>(slots), 1};
  EXPECT_TRUE(bench.device->launch(*bench.stream, kClassify, args, grid).ok());
  return results.values();
}

TEST(Classify, GivesTheFiveHighestOfAThousandLogitsBySoftmax) {
  std::vector<float> values(1000, 0.0F);
  values[7] = 3;
  values[999] = 5;
  values[128] = 4;  // the same lane as 0
  values[0] = 2;
  const TopClasses top = classify(values, 1, true)[0];
  const double sum = 996 + std::exp(3.0) + std::exp(5.0) + std::exp(4.0) + std::exp(2.0);
  ASSERT_EQ(top.count, 5);
  const int ids[] = {999, 128, 7, 0, 1};  // of the equal ones the lowest class
  const double logits[] = {5, 4, 3, 2, 0};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(top.classes[i].class_id, ids[i]) << i;
    EXPECT_NEAR(top.classes[i].score, std::exp(logits[i]) / sum, 1e-6) << i;
  }
}

TEST(Classify, TakesScoresAsTheyAreAndSlotsApart) {
  const auto top = classify({0.25F, 0.5F, 0.25F, 0.0F, 0.125F, 0.875F}, 2, false);
  ASSERT_EQ(top[0].count, 3) << "all that there are";
  EXPECT_EQ(top[0].classes[0].class_id, 1);
  EXPECT_EQ(top[0].classes[0].score, 0.5F);
  EXPECT_EQ(top[0].classes[1].class_id, 0);
  EXPECT_EQ(top[0].classes[2].class_id, 2);
  EXPECT_EQ(top[1].classes[0].class_id, 2);
  EXPECT_EQ(top[1].classes[0].score, 0.875F);
  EXPECT_EQ(top[1].classes[2].score, 0.0F);
}

TEST(Classify, StandsLogitsOfAnySizeAndNumbersThatAreNone) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto top = classify({nan, 1000, -1000, 1000}, 1, true)[0];
  EXPECT_EQ(top.classes[0].class_id, 1);
  EXPECT_NEAR(top.classes[0].score, 0.5, 1e-6);
  EXPECT_EQ(top.classes[1].class_id, 3);
  const auto scores = classify({nan, -0.5F, 7.0F}, 1, false)[0];
  EXPECT_EQ(scores.classes[0].class_id, 2);
  EXPECT_EQ(scores.classes[0].score, 1.0F);
  EXPECT_EQ(scores.classes[1].score, 0.0F);
}

}  // namespace
}  // namespace lyn
