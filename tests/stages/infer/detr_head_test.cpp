#include <gmock/gmock.h>

#include <cmath>

#include "stages/infer/head_bench.h"

namespace lyn {
namespace {

using testing::HasSubstr;

class DetrHeads : public test::HeadBench {
 protected:
  ModelCard card(std::vector<test::SlicedOutput> outputs) {
    return sliced_card({.outputs = std::move(outputs)}, "rtdetr", {"cat", "dog"});
  }
};

/// The logit of a score.
float logit(double score) {
  return static_cast<float>(std::log(score / (1 - score)));
}

TEST_F(DetrHeads, ReadLogitsAndBoxesInTheOrderOfTheirShapes) {
  for (const bool boxes_first : {false, true}) {
    std::vector<test::SlicedOutput> outputs = {{"logits", {2, 2}}, {"pred_boxes", {2, 4}}};
    std::vector<float> logits = {logit(0.25), logit(0.75), logit(0.05), logit(0.9)};
    std::vector<float> boxes = {0.5F, 0.5F, 0.25F, 0.5F, 0.25F, 0.75F, 0.125F, 0.125F};
    if (boxes_first) {
      std::swap(outputs[0], outputs[1]);
      std::swap(logits, boxes);
    }
    open(card(outputs));
    logits.insert(logits.end(), boxes.begin(), boxes.end());
    run({logits});
    ASSERT_EQ(head->boxes(0).size(), 3U);
    expect_box(head->boxes(0)[0], {12, 44, 20, 52}, 1, 0.9);
    expect_box(head->boxes(0)[1], {24, 16, 40, 48}, 1, 0.75);
    expect_box(head->boxes(0)[2], {24, 16, 40, 48}, 0, 0.25);  // the same query's other class: no NMS
  }
}

TEST_F(DetrHeads, ReadBoxesAndScoresOfOneOutput) {
  open(card({{"output0", {2, 6}}}));
  run({{0.5F, 0.5F, 0.25F, 0.5F, 0.0F, 0.75F, 0.25F, 0.25F, 0.5F, 0.5F, 0.5F, 0.05F},
       {0.5F, 0.5F, 1.0F, 1.0F, 0.25F, 0.0F}});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {24, 16, 40, 48}, 1, 0.75);
  expect_box(head->boxes(0)[1], {0, 0, 32, 32}, 0, 0.5);
  ASSERT_EQ(head->boxes(1).size(), 1U);
  expect_box(head->boxes(1)[0], {0, 0, 64, 64}, 0, 0.25);
}

TEST_F(DetrHeads, ReadTheRowsThatAGraphChose) {
  ModelCard chosen = card({{"output0", {4, 6}}});
  chosen.head = "rtdetr-topk";
  open(chosen);
  run({{0.5F, 0.5F, 0.25F, 0.5F, 0.75F, 1,  //
        0.5F, 0.5F, 0.25F, 0.5F, 0.5F,  0,  // overlaps: no NMS
        0.5F, 0.5F, 0.25F, 0.5F, 0.9F,  2,  // no such class
        0,    0,    0,     0,    0,     0}});
  ASSERT_EQ(head->boxes(0).size(), 2U);
  expect_box(head->boxes(0)[0], {24, 16, 40, 48}, 1, 0.75);
  expect_box(head->boxes(0)[1], {24, 16, 40, 48}, 0, 0.5);
  ModelCard other = card({{"output0", {4, 7}}});
  other.head = "rtdetr-topk";
  EXPECT_THAT(error(other), HasSubstr("[N,4,7] is not [N,queries,6]"));
}

TEST_F(DetrHeads, FeedTheSlotsSizeToExportsThatAskForIt) {
  open(card({{"labels", {3}, 7}, {"boxes", {3, 4}, 1, true}, {"scores", {3}}}));
  EXPECT_TRUE(session->takes_sizes());
  const std::vector<float> slot = {1,     0,     5,            // labels; 5 is none of the card's
                                   0.25F, 0.25F, 0.5F, 0.75F,  //
                                   0,     0,     1,    1,      //
                                   0,     0,     1,    1,      //
                                   0.5F,  0.75F, 0.9F};
  run({slot, slot});
  for (const int i : {0, 1}) {
    ASSERT_EQ(head->boxes(i).size(), 2U);
    expect_box(head->boxes(i)[0], {0, 0, 64, 64}, 0, 0.75);
    expect_box(head->boxes(i)[1], {16, 16, 32, 48}, 1, 0.5);
  }
}

TEST_F(DetrHeads, ScaleDeployedBoxesAsTheCardSays) {
  ModelCard deployed = card({{"scores", {1}}, {"labels", {1}, 6}, {"boxes", {1, 4}}});
  open(deployed);
  EXPECT_FALSE(session->takes_sizes());
  run({{0.5F, 1, 0.25F, 0.25F, 0.5F, 0.75F}});
  expect_box(head->boxes(0)[0], {16, 16, 32, 48}, 1, 0.5);
  deployed.boxes = BoxUnit::pixels;
  open(deployed);
  run({{0.5F, 1, 10, 20, 30, 40}});
  expect_box(head->boxes(0)[0], {10, 20, 30, 40}, 1, 0.5);
}

TEST_F(DetrHeads, RefuseWhatIsNoneOfTheirForms) {
  EXPECT_THAT(error(card({{"a", {2, 2}}, {"b", {2, 3}}})),
              HasSubstr("it has output \"a\" [N,2,2], output \"b\" [N,2,3]; export logits and boxes"));
  EXPECT_THAT(error(card({{"labels", {2}}, {"boxes", {3, 4}}, {"scores", {2}}})),
              HasSubstr("head rtdetr does not fit"));
  EXPECT_THAT(error(card({{"logits", {2, 3}}, {"boxes", {2, 4}}})),
              HasSubstr("2 labels, but output \"logits\" [N,2,3] has 3"));
  EXPECT_THAT(error(card({{"out", {2, 9}}})), HasSubstr("2 labels, but output \"out\" [N,2,9] has 5 classes"));
}

}  // namespace
}  // namespace lyn
