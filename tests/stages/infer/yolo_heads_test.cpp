#include <gmock/gmock.h>

#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using test::SlicedGraph;
using test::SlicedOutput;
using testing::HasSubstr;

class YoloHeads : public test::HeadBench {
 protected:
  ModelCard card(const std::string& name, std::vector<std::int64_t> dims, int type = 1) {
    return sliced_card({.outputs = {SlicedOutput{"output0", std::move(dims), type}}}, name, {"cat", "dog"});
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

TEST_F(YoloHeads, ReadsYolov5RowsAsCentresWithObjectness) {
  open(card("yolov5", {3, 7}));
  run({{20, 30, 10, 20, 0.5F,  0.25F, 0.75F,  //
        40, 40, 8,  8,  0.9F,  1.0F,  0.5F,   //
        50, 50, 8,  8,  0.09F, 1.0F,  1.0F},
       {10, 10, 4, 4, 1.0F, 0.125F, 0.0F}});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {36, 36, 44, 44}, 0, 0.9);
  expect_box(head->boxes(0)[1], {15, 20, 25, 40}, 1, 0.375);
  ASSERT_EQ(head->boxes(1).size(), 1U);
  expect_box(head->boxes(1)[0], {8, 8, 12, 12}, 0, 0.125);
}

TEST_F(YoloHeads, ReadsYolov8ChannelsWithoutObjectness) {
  open(card("yolov8", {6, 3}));
  run({channel_major({{20, 30, 10, 20, 0.25F, 0.75F}, {40, 40, 8, 8, 0.5F, 0.125F}, {50, 50, 8, 8, 0.09F, 0.05F}})});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {15, 20, 25, 40}, 1, 0.75);
  expect_box(head->boxes(0)[1], {36, 36, 44, 44}, 0, 0.5);
}

TEST_F(YoloHeads, SuppressesWithinAClassOnly) {
  open(card("yolo11", {6, 3}));
  run({channel_major({{20, 20, 10, 10, 0.5F, 0}, {21, 20, 10, 10, 0.75F, 0}, {20, 20, 10, 10, 0, 0.25F}})});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {16, 15, 26, 25}, 0, 0.75);
  expect_box(head->boxes(0)[1], {15, 15, 25, 25}, 1, 0.25);
}

TEST_F(YoloHeads, TakesEndToEndRowsAsTheyAreWithoutNms) {
  open(card("yolov10", {4, 6}));
  run({{10, 10, 20, 20, 0.5F,  1,  //
        10, 10, 20, 21, 0.75F, 1,  // overlaps: the graph has chosen already
        10, 10, 20, 20, 0.9F,  2,  // no such class
        0,  0,  0,  0,  0,     0}});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {10, 10, 20, 21}, 1, 0.75);
  expect_box(head->boxes(0)[1], {10, 10, 20, 20}, 1, 0.5);
}

TEST_F(YoloHeads, ReadsOutputsOfHalfPrecision) {
  open(card("yolov8", {6, 1}, 10));
  run({channel_major({{20, 30, 10, 20, 0.25F, 0.75F}})});
  ASSERT_EQ(head->boxes(0).size(), 1U);
  expect_box(head->boxes(0)[0], {15, 20, 25, 40}, 1, 0.75);
}

TEST_F(YoloHeads, KnowsTheNamesOfTheFamily) {
  for (const char* name : {"yolov8", "yolov9", "yolov10", "yolo11", "yolo12", "yolo26"}) open(card(name, {6, 5}));
}

TEST_F(YoloHeads, RefuseOutputsOfOneAnother) {
  EXPECT_THAT(error(card("yolov5", {6, 3})), HasSubstr("[N,6,3] has no objectness; write head: yolov8"));
  EXPECT_THAT(error(card("yolov8", {3, 7})), HasSubstr("write head: yolov5"));
}

TEST_F(YoloHeads, RefuseLabelsThatAreNotTheClasses) {
  EXPECT_THAT(error(card("yolov5", {3, 85})), HasSubstr("2 labels, but output \"output0\" [N,3,85] has 80 classes"));
  EXPECT_THAT(error(card("yolov8", {84, 100})),
              HasSubstr("2 labels, but output \"output0\" [N,84,100] has 80 classes"));
}

TEST_F(YoloHeads, RefuseGraphsOfSeveralOutputs) {
  const ModelCard two = sliced_card({.outputs = {{"a", {6, 3}}, {"b", {6, 3}}}}, "yolov8", {"cat", "dog"});
  EXPECT_THAT(error(two), HasSubstr("head yolov8 does not fit"));
  EXPECT_THAT(error(two), HasSubstr("it has 2 outputs and not one"));
}

TEST_F(YoloHeads, RefuseMoreClassesThanABoxCanSay) {
  ModelCard many = card("yolov8", {6, 3});
  many.labels.assign(5000, "x");
  EXPECT_THAT(error(many), HasSubstr("5000 are more than a detector may have"));
}

}  // namespace
}  // namespace lyn
