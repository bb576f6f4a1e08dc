#include "kernels/keypoints.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/device_array.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;

TEST(PackedKeypoint, HoldsWhatAHandComputedWordSays) {
  // 1.5 * 2048 = 0xC00, 2 * 2048 = 0x1000; 0.5 of 65535, rounded: 0x8000.
  const PackedKeypoint point = pack(Keypoint{1.5F, 2.0F, 0.5F});
  EXPECT_EQ(point.words[0], 0x00000C00U);
  EXPECT_EQ(point.words[1], 0x80001000U);
  const Keypoint back = unpack(point);
  EXPECT_EQ(back.x, 1.5F);
  EXPECT_EQ(back.y, 2.0F);
  EXPECT_NEAR(back.score, 0.5, 1.0 / 65535);
}

TEST(PackedKeypoint, HoldsPlacesWithinTheSlotAndScoresWithinOne) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Keypoint low = unpack(pack(Keypoint{-5.0F, -infinity, -1.0F}));
  EXPECT_EQ(low.x, 0);
  EXPECT_EQ(low.y, 0);
  EXPECT_EQ(low.score, 0);
  const Keypoint high = unpack(pack(Keypoint{9000.0F, infinity, 7.0F}));
  EXPECT_NEAR(high.x, 8192, 0.001);
  EXPECT_NEAR(high.y, 8192, 0.001);
  EXPECT_EQ(high.score, 1.0F);
  EXPECT_EQ(unpack(pack(Keypoint{std::nanf(""), 1, std::nanf("")})).score, 0.0F);
}

TEST(BoxesWithKeypoints, FitTheBudgetOfAFrame) {
  EXPECT_EQ(boxes_with_keypoints(17), 60);  // 60 * 17 * 8 = 8160
  EXPECT_EQ(boxes_with_keypoints(200), 5);
  EXPECT_EQ(boxes_with_keypoints(1), kMaxBoxes);
}

class GatherKeypoints : public testing::Test {
 protected:
  /// The points of a slot; 999 where nothing was written.
  std::vector<Keypoint> gather(const std::vector<float>& raw, const std::vector<int>& counts,
                               const std::vector<std::int32_t>& anchors, KeypointArgs args) {
    std::vector<SlotBoxes> results(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) results[i].count = counts[i];
    const DeviceArray<float> values(bench, raw);
    const DeviceArray<SlotBoxes> boxes(bench, results);
    const DeviceArray<std::int32_t> places(bench, anchors);
    const int all = args.boxes * args.count;
    const DeviceArray<PackedKeypoint> points(
        bench, std::vector<PackedKeypoint>(counts.size() * static_cast<std::size_t>(all), pack(Keypoint{999, 999, 1})));
    args.raw = {values.address().as<const std::uint8_t>(), ElementType::float32};
    args.results = boxes.address().as<const SlotBoxes>();
    args.anchors = places.address().as<const std::int32_t>();
    args.keypoints = points.address();
    const Grid grid{static_cast<unsigned>(all), static_cast<unsigned>(counts.size()), 1};
    EXPECT_TRUE(bench.device->launch(*bench.stream, kGatherKeypoints, args, grid).ok());
    std::vector<Keypoint> unpacked;
    for (const PackedKeypoint& point : points.values()) unpacked.push_back(unpack(point));
    return unpacked;
  }
  static std::vector<std::int32_t> anchors_of(const std::vector<std::vector<std::int32_t>>& slots) {
    std::vector<std::int32_t> all(slots.size() * kMaxBoxes, -1);
    for (std::size_t s = 0; s < slots.size(); ++s) {
      for (std::size_t i = 0; i < slots[s].size(); ++i) all[s * kMaxBoxes + i] = slots[s][i];
    }
    return all;
  }
  CpuBench bench;
};

TEST_F(GatherKeypoints, ReadsChannelsOfTheAnchorsThatWereKept) {
  // Two slots of 1 + 6 channels (two points of three values) by three anchors: value = slot, channel, anchor.
  std::vector<float> raw;
  for (int slot = 0; slot < 2; ++slot) {
    for (int channel = 0; channel < 7; ++channel) {
      for (int anchor = 0; anchor < 3; ++anchor) {
        const bool score = channel == 3 || channel == 6;
        raw.push_back(score ? 0.25F * static_cast<float>(anchor)
                            : static_cast<float>(100 * slot + 10 * channel + anchor));
      }
    }
  }
  KeypointArgs args;
  args.boxes = 2;
  args.count = 2;
  args.first = 1;
  args.slot_step = 21;
  args.anchor_step = 1;
  args.value_step = 3;
  const auto points = gather(raw, {2, 1}, anchors_of({{2, 0}, {1}}), args);
  ASSERT_EQ(points.size(), 8U);
  EXPECT_EQ(points[0].x, 12);
  EXPECT_EQ(points[0].y, 22);
  EXPECT_NEAR(points[0].score, 0.5, 1e-5);
  EXPECT_EQ(points[1].x, 42);
  EXPECT_EQ(points[1].y, 52);
  EXPECT_EQ(points[2].x, 10);
  EXPECT_EQ(points[3].y, 50);
  EXPECT_EQ(points[4].x, 111);
  EXPECT_NEAR(points[5].score, 0.25, 1e-5);
  EXPECT_EQ(points[6].x, 999) << "a box that is not there";
  EXPECT_EQ(points[7].x, 999);
}

TEST_F(GatherKeypoints, ReadsRowsOfPointsWithoutScores) {
  const std::vector<float> raw{0, 0, 1, 2, 3, 4,  //
                               0, 0, 5, 6, 7, 8};
  KeypointArgs args;
  args.boxes = 1;
  args.count = 2;
  args.values = 2;
  args.first = 2;
  args.slot_step = 12;
  args.anchor_step = 6;
  args.value_step = 1;
  const auto points = gather(raw, {2}, anchors_of({{1, 0}}), args);
  ASSERT_EQ(points.size(), 2U) << "of the highest box alone";
  EXPECT_EQ(points[0].x, 5);
  EXPECT_EQ(points[0].y, 6);
  EXPECT_EQ(points[0].score, 1.0F);
  EXPECT_EQ(points[1].x, 7);
  EXPECT_EQ(points[1].y, 8);
}

}  // namespace
}  // namespace lyn
