#include "stages/motion/motion_test.h"

namespace lyn::test {
namespace {

using MotionBoxes = MotionTest;

Actor walker(int frame) {
  return {20 + 3 * frame, 60, 40, 80};
}

TEST_F(MotionBoxes, a_moving_box_is_found_where_it_is_and_nothing_else) {
  learn();
  for (int frame = 0; frame < 60; ++frame) {
    const auto found = see({{walker(frame)}});
    ASSERT_EQ(found.size(), 1U) << frame;
    EXPECT_GE(iou_of(found[0].box, box_of(walker(frame))), 0.85F) << frame;
    EXPECT_GT(found[0].score, 0.9F) << frame;
    EXPECT_EQ(found[0].class_id, 0);
  }
}

TEST_F(MotionBoxes, two_that_walk_apart_are_two_boxes) {
  learn();
  for (int frame = 0; frame < 40; ++frame) {
    const Actor right{150 + 2 * frame, 40, 30, 90};
    const Actor left{100 - 2 * frame, 50, 30, 90, 30};
    const auto found = see({{left, right}});
    ASSERT_EQ(found.size(), 2U) << frame;
    EXPECT_GE(best_iou(found, box_of(left)), 0.75F) << frame;
    EXPECT_GE(best_iou(found, box_of(right)), 0.75F) << frame;
  }
}

TEST_F(MotionBoxes, parts_with_a_small_gap_are_one_box) {
  learn();
  const auto found = see({{{100, 40, 40, 50}, {100, 96, 40, 50}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GE(iou_of(found[0].box, {100, 40, 140, 146}), 0.85F);
}

TEST_F(MotionBoxes, what_is_smaller_than_the_least_area_is_none) {
  start({.min_area = 0.02});
  learn();
  EXPECT_TRUE(see({{{100, 40, 30, 30}}}).empty());   // 1.6 %
  EXPECT_EQ(see({{{100, 40, 50, 40}}}).size(), 1U);  // 3.5 %
}

TEST_F(MotionBoxes, sensitivity_says_how_faint_a_change_may_be) {
  const auto seen = [&](double sensitivity, int lift) {
    start({.sensitivity = sensitivity});
    learn(kMotionSettleFrames, {.noise = 1});
    return !see({.actors = {{100, 60, 50, 60, 0, lift}}, .noise = 1}).empty();
  };
  EXPECT_TRUE(seen(0.5, 40));
  EXPECT_FALSE(seen(0.5, 8));  // its floor is 10 levels
  EXPECT_TRUE(seen(0.9, 20));
  EXPECT_FALSE(seen(0, 16));  // 18 levels
}

TEST_F(MotionBoxes, nothing_is_said_while_the_model_learns) {
  for (int frame = 0; frame < kMotionLearnFrames; ++frame) EXPECT_TRUE(see({{walker(frame)}}).empty()) << frame;
}

TEST_F(MotionBoxes, what_was_there_at_the_start_and_walked_away_leaves_no_ghost_for_long) {
  for (int frame = 0; frame < kMotionLearnFrames; ++frame) see({{walker(frame)}});
  learn(40);
  EXPECT_TRUE(see(View{}).empty());
}

TEST_F(MotionBoxes, what_stops_is_background_after_thirty_seconds_and_leaves_no_ghost_when_it_goes_on) {
  learn(kMotionSettleFrames + 1);
  frame_seconds_ = 0.5;
  const View stopped{{{100, 60, 40, 60}}};
  for (int i = 0; i < 55; ++i) EXPECT_EQ(see(stopped).size(), 1U) << i;
  for (int i = 0; i < 15; ++i) see(stopped);
  EXPECT_TRUE(see(stopped).empty());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(see(View{}).empty()) << i;
  EXPECT_EQ(see({{{100, 60, 40, 60, 230}}}).size(), 1U);  // another one at the same place
}

TEST_F(MotionBoxes, a_reset_a_gap_in_time_and_a_step_back_begin_a_new_model) {
  const View other{{{60, 30, 200, 120}}};
  learn();
  detector_->reset();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(see(other).empty()) << i;
  seconds_ += 11;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(see(View{}).empty()) << i;
  seconds_ -= 3;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(see(other).empty()) << i;
  EXPECT_EQ(see(View{}).size(), 1U);
}

TEST_F(MotionBoxes, a_run_again_gives_the_same_bits) {
  const auto whole = [&] {
    scene_ = Scene(kWidth, kHeight);
    start({});
    learn();
    std::vector<Detection> all;
    for (int frame = 0; frame < 30; ++frame) {
      for (const Detection& one : see({.actors = {walker(frame)}, .noise = 6})) all.push_back(one);
    }
    return all;
  };
  const auto first = whole();
  const auto second = whole();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].box, second[i].box);
    EXPECT_EQ(first[i].score, second[i].score);
  }
}

TEST_F(MotionBoxes, a_frame_sends_one_block_of_boxes_and_takes_no_new_memory) {
  learn();
  const auto before = device_->pool().stats();
  const auto sent = device_->ledger().bytes(Reason::boxes);
  see({{walker(0)}});
  EXPECT_LE(device_->ledger().bytes(Reason::boxes) - sent, 8192U);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0U);
  EXPECT_EQ(device_->pool().stats().leases, before.leases);
}

TEST_F(MotionBoxes, an_empty_picture_is_refused) {
  const auto refused = detector_->run(*stream_, Image{}, 0, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::device);
}

}  // namespace
}  // namespace lyn::test
