#include "kernels/taps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using testing::ElementsAre;

TEST(Taps, copy_when_nothing_is_scaled) {
  const Taps taps = make_taps(4, {4, 4, 0, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(taps.weight, ElementsAre(0, 0, 0, 0));
}

TEST(Taps, lie_between_two_samples_when_halved) {
  // Centres 0.5 and 2.5.
  const Taps taps = make_taps(2, {4, 4, 0, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 2));
  EXPECT_THAT(taps.weight, ElementsAre(512, 512));
}

TEST(Taps, are_clamped_to_the_ends_when_doubled) {
  // Centres -0.25, 0.25, 0.75, 1.25 of two samples.
  const Taps taps = make_taps(4, {2, 2, 0, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(taps.weight, ElementsAre(0, 256, 768, 0));
}

TEST(Taps, run_backwards_for_a_picture_that_is_turned) {
  // Centres 4.5, 2.5, 0.5.
  const Taps taps = make_taps(3, {6, 6, 0, false}, true);
  EXPECT_THAT(taps.index, ElementsAre(4, 2, 0));
  EXPECT_THAT(taps.weight, ElementsAre(512, 512, 512));
}

TEST(Taps, put_co_sited_chroma_on_the_even_luma_samples) {
  // Luma 0, 1, 2, 3 are chroma 0, 0.5, 1, and 1.5 clamped to 1.
  const Taps taps = make_taps(4, {4, 2, 1, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(taps.weight, ElementsAre(0, 512, 0, 0));
}

TEST(Taps, put_centred_chroma_between_two_luma_samples) {
  // Luma 0, 1, 2, 3 are chroma -0.25 clamped, 0.25, 0.75, 1.25 clamped.
  const Taps taps = make_taps(4, {4, 2, 1, true}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(taps.weight, ElementsAre(0, 256, 768, 0));
}

TEST(Taps, of_a_single_sample_read_nothing_else) {
  const Taps taps = make_taps(3, {1, 1, 0, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 0, 0));
  EXPECT_THAT(taps.weight, ElementsAre(0, 0, 0));
}

TEST(Taps, never_leave_the_plane) {
  for (const int length : {1, 2, 3, 5, 17, 1080, 1921}) {
    for (const int outputs : {1, 2, 3, 7, 64, 640}) {
      for (const bool reversed : {false, true}) {
        for (const bool centred : {false, true}) {
          const int plane = (length + 1) / 2;
          const Taps taps = make_taps(outputs, {length, plane, 1, centred}, reversed);
          for (std::size_t i = 0; i < taps.index.size(); ++i) {
            ASSERT_GE(taps.index[i], 0);
            ASSERT_LT(taps.index[i] + (taps.weight[i] != 0 ? 1 : 0), plane);
            ASSERT_GE(taps.weight[i], 0);
            ASSERT_LE(taps.weight[i], 1024);
          }
        }
      }
    }
  }
}

TEST(ChromaSiting, says_which_axis_is_centred) {
  EXPECT_FALSE(centred_x(Siting::left));
  EXPECT_TRUE(centred_y(Siting::left));
  EXPECT_TRUE(centred_x(Siting::center));
  EXPECT_TRUE(centred_y(Siting::center));
  EXPECT_FALSE(centred_x(Siting::topleft));
  EXPECT_FALSE(centred_y(Siting::topleft));
}

}  // namespace
}  // namespace lyn
