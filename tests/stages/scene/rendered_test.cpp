// The four conditions on rendered scenes: what they see, and what they must not see.
#include <gmock/gmock.h>

#include "stages/scene/watching.h"

namespace lyn {
namespace {

using test::Actor;
using test::View;
using test::WatchingTest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kBound = 30;  ///< seconds in which a condition must be seen

TEST_F(WatchingTest, says_nothing_of_an_empty_scene_with_the_noise_of_a_sensor) {
  for (const double noise : {0.6, 2.0, 8.0}) watch({.noise = noise}, 100);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, says_nothing_of_people_a_shaking_mount_and_light_that_comes_and_goes) {
  watch({}, 30);
  for (int i = 0; i < 60; ++i) watch({.actors = {{.x = 4 * i, .y = 40, .width = 80, .height = 130}}}, 1);
  for (int i = 0; i < 30; ++i) watch({.shift_x = i % 3 - 1, .shift_y = i % 2}, 1);
  watch({.gain = 0.5}, 40);
  watch({.gain = 1.4, .offset = 10}, 40);
  for (int i = 0; i < 100; ++i) watch({.gain = 1 - 0.006 * i}, 1);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, sees_a_picture_that_no_longer_changes_and_that_it_changes_again) {
  watch({}, 40);
  for (int i = 0; i < kBound; ++i) see(picture_.image());
  EXPECT_THAT(log_, ElementsAre("+frozen"));
  watch({}, 10);
  EXPECT_THAT(log_, ElementsAre("+frozen", "-frozen"));
}

TEST_F(WatchingTest, sees_a_frozen_picture_that_is_encoded_anew_in_the_same_steps) {
  watch({}, 40);
  test::TestPicture finer(*device_, kWidth, kHeight);
  test::Scene(kWidth, kHeight, 2).draw(finer, {.noise = 0});
  test::Scene(kWidth, kHeight, 2).draw(picture_, {.noise = 0});
  finer.set(0, 10, 10, 1 + picture_.plane(0)[std::size_t{10} * kWidth + 10]);
  for (int i = 0; i < kBound; ++i) see(i % 4 == 0 ? picture_.image() : finer.image());
  EXPECT_THAT(log_, ::testing::Contains("+frozen"));
}

TEST_F(WatchingTest, does_not_take_a_recording_that_is_played_again_for_a_frozen_picture) {
  for (int round = 0; round < 12; ++round) {
    test::Scene same(kWidth, kHeight);  // the noise begins anew: the same pictures to the bit
    for (int i = 0; i < 6; ++i) {
      same.draw(picture_, {.actors = {{.x = 40 * i, .y = 40, .width = 80, .height = 130}}});
      see(picture_.image());
    }
  }
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, calls_a_still_without_noise_frozen) {
  watch({.noise = 0}, kBound);
  EXPECT_THAT(log_, ElementsAre("+frozen"));
}

TEST_F(WatchingTest, sees_black_and_light) {
  watch({}, 40);
  watch({.gain = 0, .offset = 17, .noise = 1}, kBound);
  EXPECT_THAT(log_, ElementsAre("+black"));
  watch({}, 10);
  EXPECT_THAT(log_, ElementsAre("+black", "-black"));
}

TEST_F(WatchingTest, sees_black_by_the_range_of_the_picture) {
  const View dim{.gain = 0, .offset = 20, .noise = 1};
  watch(dim, kBound);
  EXPECT_THAT(log_, ElementsAre("+black"));
  Image full = picture_.image();
  full.colour.range = Range::full;
  for (int i = 0; i < kBound; ++i) {
    scene_.draw(picture_, dim);
    see(full);
  }
  EXPECT_FALSE(conditions_.holds(Condition::black));
}

TEST_F(WatchingTest, calls_a_dim_scene_not_black) {
  watch({.gain = 0.3, .offset = 16}, 60);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, sees_a_hand_before_the_lens) {
  watch({}, 40);
  watch({.actors = {{.x = -40, .y = -40, .width = 300, .height = 300, .brightness = 70}}}, 5);  // not yet for long
  watch({.gain = 0.02, .offset = 80}, kBound);
  EXPECT_THAT(log_, ElementsAre("+covered"));
  watch({}, 10);
  EXPECT_THAT(log_, ElementsAre("+covered", "-covered"));
}

TEST_F(WatchingTest, sees_a_camera_that_is_covered_from_the_start) {
  watch({.gain = 0.02, .offset = 80}, kBound);
  EXPECT_THAT(log_, ElementsAre("+covered"));
}

TEST_F(WatchingTest, sees_a_camera_that_was_turned_and_turned_back) {
  watch({}, 40);
  watch({.shift_x = 30, .shift_y = 20}, kBound);
  EXPECT_THAT(log_, ElementsAre("+moved"));
  watch({}, 10);
  EXPECT_THAT(log_, ElementsAre("+moved", "-moved"));
}

TEST_F(WatchingTest, sees_another_scene_as_moved_until_it_is_the_usual_one) {
  watch({}, 40);
  const View other{.shift_x = -30, .shift_y = 24};
  watch(other, kBound);
  EXPECT_THAT(log_, ElementsAre("+moved"));
  watch(other, 650);
  EXPECT_THAT(log_, ElementsAre("+moved", "-moved"));
  watch({}, kBound);
  EXPECT_THAT(log_, ElementsAre("+moved", "-moved", "+moved"));
}

TEST_F(WatchingTest, does_not_call_a_parked_lorry_moved) {
  watch({}, 40);
  watch({.actors = {{.x = 20, .y = 60, .width = 120, .height = 110}}}, 120);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, tells_by_the_view_even_after_pictures_were_missing) {
  watch({}, 40);
  now_ += std::chrono::hours(1);
  conditions_.interrupted();
  watch({.shift_x = 30, .shift_y = 20}, 15);
  EXPECT_THAT(log_, IsEmpty()) << "the hour without pictures does not count";
  watch({.shift_x = 30, .shift_y = 20}, 3);
  EXPECT_THAT(log_, ElementsAre("+moved"));
}

TEST_F(WatchingTest, begins_anew_with_another_size) {
  watch({}, 40);
  test::Scene wide(400, 300, 5);
  test::TestPicture picture(*device_, 400, 300);
  for (int i = 0; i < kBound; ++i) {
    wide.draw(picture, {});
    see(picture.image());
    EXPECT_EQ(last_.fresh, i == 0);
  }
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WatchingTest, refuses_an_empty_picture) {
  EXPECT_FALSE(probe_.look(*stream_, Image{}, 0).ok());
}

TEST_F(WatchingTest, takes_little_from_the_device_and_no_pixel) {
  watch({}, 10);
  EXPECT_EQ(device_->ledger().bytes(Reason::scene), 10U * 488U);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0U);
}

TEST_F(WatchingTest, sees_the_same_in_ten_bits) {
  watch({}, 3);
  const SceneLook eight = last_;
  test::TestPicture ten(*device_, kWidth, kHeight, {Chroma::yuv420, Layout::semi_planar, 10, true});
  const auto luma = picture_.plane(0);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) ten.set(0, x, y, luma[static_cast<std::size_t>(y * kWidth + x)] << 2);
  }
  SceneProbe other(*device_);
  ASSERT_TRUE(other.look(*stream_, ten.image(), 0).ok());
  const auto look = other.take();
  for (std::size_t i = 0; i < look->cells.size(); ++i) EXPECT_EQ(look->cells[i].mean, eight.cells[i].mean);
}

}  // namespace
}  // namespace lyn
