#include "kernels/area_taps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using testing::ElementsAre;

TEST(AreaTaps, copy_when_nothing_is_scaled) {
  const AreaTaps taps = make_area_taps(3, {3, 3, 0, false}, false);
  EXPECT_EQ(taps.count, 1);
  EXPECT_THAT(taps.index, ElementsAre(0, 1, 2));
  EXPECT_THAT(taps.weight, ElementsAre(65536, 65536, 65536));
}

TEST(AreaTaps, are_the_mean_of_two_when_halved) {
  const AreaTaps taps = make_area_taps(2, {4, 4, 0, false}, false);
  EXPECT_EQ(taps.count, 2);
  EXPECT_THAT(taps.index, ElementsAre(0, 2));
  EXPECT_THAT(taps.weight, ElementsAre(32768, 32768, 32768, 32768));
}

TEST(AreaTaps, weigh_samples_by_how_much_of_them_is_covered) {
  // One and a half samples each: two thirds and one third.
  const AreaTaps taps = make_area_taps(2, {3, 3, 0, false}, false);
  EXPECT_THAT(taps.index, ElementsAre(0, 1));
  EXPECT_THAT(taps.weight, ElementsAre(43691, 21845, 21845, 43691));
}

TEST(AreaTaps, run_backwards_for_a_picture_that_is_turned) {
  const AreaTaps taps = make_area_taps(3, {6, 6, 0, false}, true);
  EXPECT_THAT(taps.index, ElementsAre(4, 2, 0));
}

TEST(AreaTaps, sample_as_bilinear_does_where_nothing_is_made_smaller) {
  // Centres -0.25, 0.25, 0.75, 1.25 of two samples.
  const AreaTaps taps = make_area_taps(4, {2, 2, 0, false}, false);
  EXPECT_EQ(taps.count, 2);
  EXPECT_THAT(taps.index, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(taps.weight, ElementsAre(65536, 0, 49152, 16384, 16384, 49152, 0, 65536));
}

TEST(AreaTaps, let_co_sited_chroma_reach_beyond_its_first_sample) {
  // Luma in fours: chroma boxes of two samples around luma 1.5 and 5.5, so chroma 0.75 and 2.75.
  const AreaTaps taps = make_area_taps(2, {8, 4, 1, false}, false);
  EXPECT_EQ(taps.count, 3);
  EXPECT_THAT(taps.index, ElementsAre(0, 1));
  EXPECT_THAT(taps.weight, ElementsAre(24576, 32768, 8192, 0, 24576, 40960));
}

TEST(AreaTaps, stay_in_the_plane_whatever_it_is_made_to) {
  for (const int length : {1, 2, 7, 640, 16000}) {
    for (const int outputs : {1, 3, 416, 1000}) {
      const AreaTaps taps = make_area_taps(outputs, {length, (length + 1) / 2, 1, true}, false);
      for (std::size_t o = 0; o < taps.index.size(); ++o) {
        ASSERT_GE(taps.index[o], 0);
        ASSERT_LE(taps.index[o] + taps.count, (length + 1) / 2);
        std::int64_t sum = 0;
        for (int i = 0; i < taps.count; ++i) {
          const std::int32_t weight =
              taps.weight[o * static_cast<std::size_t>(taps.count) + static_cast<std::size_t>(i)];
          ASSERT_GE(weight, 0);
          sum += weight;
        }
        ASSERT_EQ(sum, kAreaOne);
      }
    }
  }
}

}  // namespace
}  // namespace lyn
