#include <random>

#include "stages/motion/motion_test.h"

namespace lyn::test {
namespace {

/// Scenes where nothing moves but the light, the camera or the noise; and then somebody walks in.
class StillScenes : public MotionTest {
 protected:
  /// How many of `frames` had a box.
  template <class ViewOf>
  int frames_with_boxes(int frames, ViewOf&& view_of) {
    int with = 0;
    for (int i = 0; i < frames; ++i) with += see(view_of(i)).empty() ? 0 : 1;
    return with;
  }
  void expect_walker_found(View view) {
    view.actors = {{100, 60, 40, 80}};
    const auto found = see(view);
    ASSERT_EQ(found.size(), 1U);
    const Actor& actor = view.actors[0];
    Actor seen = actor;
    seen.x += view.shift_x;
    seen.y += view.shift_y;
    EXPECT_GE(iou_of(found[0].box, box_of(seen)), 0.75F);
  }
};

TEST_F(StillScenes, noise_gives_no_box) {
  for (const double noise : {0.0, 3.0, 8.0, 14.0}) {
    const View noisy{.noise = noise};
    learn(kMotionLearnFrames, noisy);
    EXPECT_EQ(frames_with_boxes(150, [&](int) { return noisy; }), 0) << noise;
    expect_walker_found(noisy);
    detector_->reset();
  }
}

TEST_F(StillScenes, a_jump_of_light_gives_no_box_and_hides_nobody) {
  for (const View& light :
       {View{.gain = 1.4}, View{.gain = 0.6}, View{.offset = 35}, View{.gain = 0.8, .offset = -20}}) {
    detector_->reset();
    learn();
    EXPECT_EQ(frames_with_boxes(10, [&](int) { return light; }), 0) << light.gain << " " << light.offset;
    expect_walker_found(light);
  }
}

TEST_F(StillScenes, somebody_who_walks_while_the_light_jumps_is_found_in_that_very_frame) {
  learn();
  expect_walker_found({.gain = 1.3});
  detector_->reset();
  learn();
  expect_walker_found({.gain = 0.7});
}

TEST_F(StillScenes, light_that_changes_slowly_gives_no_box) {
  learn();
  const int rising = frames_with_boxes(150, [](int i) { return View{.offset = i * 0.4}; });  // 10 levels a second
  const int falling = frames_with_boxes(150, [](int i) { return View{.gain = 1 - i * 0.003, .offset = 60}; });
  EXPECT_EQ(rising, 0);
  EXPECT_EQ(falling, 0);
  expect_walker_found({.gain = 0.55, .offset = 60});
}

TEST_F(StillScenes, a_lamp_that_flickers_gives_no_box) {
  learn();
  EXPECT_EQ(frames_with_boxes(100, [](int i) { return View{.offset = i % 2 == 0 ? 0.0 : 8.0}; }), 0);
}

TEST_F(StillScenes, a_camera_that_shakes_gives_almost_no_box) {
  for (const int reach : {1, 2, 5, 10}) {
    detector_->reset();
    learn();
    std::mt19937 random(5);
    const auto shaken = [&](int) {
      const auto step = [&] { return static_cast<int>(random() % static_cast<unsigned>(2 * reach + 1)) - reach; };
      View view;
      view.shift_x = step();
      view.shift_y = step();
      return view;
    };
    EXPECT_LE(frames_with_boxes(100, shaken), 2) << reach;  // 2 % of frames
    expect_walker_found({.shift_x = reach, .shift_y = -reach});
  }
}

TEST_F(StillScenes, a_scene_that_changes_altogether_is_learnt_anew) {
  learn();
  Scene other(kWidth, kHeight, 77);
  for (int i = 0; i < 20; ++i) {
    other.draw(picture_, {.offset = 40});
    EXPECT_TRUE(see(picture_.image()).empty()) << i;
  }
  other.draw(picture_, {.actors = {{100, 60, 40, 80}}, .offset = 40});
  EXPECT_EQ(see(picture_.image()).size(), 1U);
}

}  // namespace
}  // namespace lyn::test
