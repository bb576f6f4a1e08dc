#include <gmock/gmock.h>

#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using test::SlicedOutput;
using testing::HasSubstr;

class PoseHead : public test::HeadBench {
 protected:
  ModelCard card(std::vector<std::int64_t> dims, int keypoints, int values = 3, int type = 1) {
    ModelCard made =
        sliced_card({.outputs = {SlicedOutput{"output0", std::move(dims), type}}}, "yolov8-pose", {"person"});
    made.keypoints = keypoints;
    made.keypoint_values = values;
    return made;
  }
  void expect_points(int slot, const std::vector<Keypoint>& expected) {
    const auto points = head->found(slot).keypoints;
    ASSERT_EQ(points.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(points[i].x, expected[i].x, 1e-3) << i;
      EXPECT_NEAR(points[i].y, expected[i].y, 1e-3) << i;
      EXPECT_NEAR(points[i].score, expected[i].score, 1e-5) << i;
    }
  }
};

/// [channels][anchors] from rows of an anchor each.
std::vector<float> channel_major(const std::vector<std::vector<float>>& anchors) {
  std::vector<float> values;
  for (std::size_t c = 0; c < anchors[0].size(); ++c) {
    for (const auto& anchor : anchors) values.push_back(anchor[c]);
  }
  return values;
}

TEST_F(PoseHead, GivesEachBoxThatNmsKeptItsOwnPoints) {
  open(card({11, 4}, 2));
  run({channel_major({{20, 30, 10, 20, 0.50F, 18, 22, 0.9F, 22, 38, 0.1F},
                      {20, 31, 10, 20, 0.75F, 19, 23, 1.0F, 21, 39, 0.25F},  // suppresses the first
                      {50, 50, 8, 8, 0.05F, 1, 1, 1, 1, 1, 1},               // below the floor
                      {40, 40, 8, 8, 0.60F, 38, 38, 0.5F, 64.5F, -3, 0.0F}}),
       channel_major({{8, 8, 4, 4, 0.05F, 1, 1, 1, 1, 1, 1},
                      {8, 8, 4, 4, 0.05F, 1, 1, 1, 1, 1, 1},
                      {9, 9, 4, 4, 0.5F, 7, 8, 0.75F, 10, 11, 0.5F},
                      {8, 8, 4, 4, 0.05F, 1, 1, 1, 1, 1, 1}})});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  EXPECT_EQ(head->found(0).keypoints_each, 2);
  expect_box(head->boxes(0)[0], {15, 21, 25, 41}, 0, 0.75);
  expect_points(0, {{19, 23, 1}, {21, 39, 0.25F}, {38, 38, 0.5F}, {64.5F, 0, 0}});
  ASSERT_EQ(head->boxes(1).size(), 1U);
  expect_points(1, {{7, 8, 0.75F}, {10, 11, 0.5F}});
}

TEST_F(PoseHead, ReadsRowsThatTheGraphHasChosen) {
  open(card({3, 12}, 2));
  run({{10, 10, 20, 20, 0.50F, 0, 11, 12, 0.5F, 13, 14, 0.25F,  //
        10, 10, 20, 21, 0.75F, 0, 15, 16, 1.0F, 17, 18, 0.75F,  //
        0,  0,  0,  0,  0,     0, 0,  0,  0,    0,  0,  0}});
  ASSERT_EQ(head->boxes(0).size(), 2U) << "there is no NMS";
  expect_points(0, {{15, 16, 1}, {17, 18, 0.75F}, {11, 12, 0.5F}, {13, 14, 0.25F}});
}

TEST_F(PoseHead, GivesPointsThatHaveNoScoreOne) {
  open(card({9, 1}, 2, 2));
  run({channel_major({{20, 30, 10, 20, 0.5F, 18, 22, 22, 38}})});
  expect_points(0, {{18, 22, 1}, {22, 38, 1}});
}

TEST_F(PoseHead, ReadsOutputsOfHalfPrecision) {
  open(card({8, 1}, 1, 3, 10));
  run({channel_major({{20, 30, 10, 20, 0.5F, 18, 22, 0.25F}})});
  expect_points(0, {{18, 22, 0.25F}});
}

TEST_F(PoseHead, CopiesEightBytesAPointAndNothingWhereThereIsNoBox) {
  open(card({8, 2}, 1));
  const auto before = device->ledger().bytes(Reason::keypoints);
  run({channel_major({{20, 30, 10, 20, 0.05F, 1, 1, 1}, {20, 30, 10, 20, 0.05F, 1, 1, 1}})});
  EXPECT_TRUE(head->found(0).keypoints.empty());
  EXPECT_EQ(device->ledger().bytes(Reason::keypoints), before);
  run({channel_major({{20, 30, 10, 20, 0.5F, 1, 1, 1}, {50, 50, 10, 10, 0.5F, 1, 1, 1}})});
  EXPECT_EQ(device->ledger().bytes(Reason::keypoints) - before, 16U);
}

TEST_F(PoseHead, LeavesThePointsOfTheLowestBoxesOfACrowdOnTheDevice) {
  constexpr int kPoints = 100;  // 800 bytes a box: ten boxes fit
  open(card({5 + 2 * kPoints, 12}, kPoints, 2));
  std::vector<std::vector<float>> anchors;
  for (int i = 0; i < 12; ++i) {
    const auto at = static_cast<float>(i);
    std::vector<float> anchor{5 * at, 5 * at, 4, 4, 0.9F - 0.01F * at};
    anchor.resize(5 + 2 * kPoints, at);
    anchors.push_back(anchor);
  }
  run({channel_major(anchors)});
  EXPECT_EQ(head->boxes(0).size(), 12U);
  const auto points = head->found(0).keypoints;
  ASSERT_EQ(points.size(), 10U * kPoints);
  EXPECT_EQ(points.front().x, 0);
  EXPECT_EQ(points.back().x, 9);
}

TEST_F(PoseHead, RefusesACardThatDoesNotFitTheOutput) {
  EXPECT_THAT(error(card({11, 4}, 3)), HasSubstr("[N,11,4] is neither 14 channels (box, 1 classes, 3 keypoints of 3) "
                                                 "nor rows of 15; correct labels or keypoints in the card"));
}

}  // namespace
}  // namespace lyn
