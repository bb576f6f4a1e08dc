#include "engine/models/same_answer.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace lyn {
namespace {

using Boxes = std::vector<Detection>;

std::string difference_of(const Boxes& before, const Boxes& now) {
  return difference(Answer::of({.boxes = before}), {.boxes = now});
}

const Detection kCar{{10, 10, 110, 60}, 2, 0.5F};
const Detection kDog{{200, 10, 240, 60}, 16, 0.03F};

TEST(SameAnswer, is_what_differs_by_the_noise_of_another_batch_only) {
  const Detection moved{{11, 10, 111, 60}, 2, 0.56F};
  EXPECT_EQ(difference_of({kCar, kDog}, {kCar, kDog}), "");
  EXPECT_EQ(difference_of({kCar, kDog}, {moved, kDog}), "");
  EXPECT_EQ(difference_of({kCar}, {kCar, kDog}), "") << "a weak box more than before";
  EXPECT_EQ(difference_of({}, {}), "");
}

TEST(SameAnswer, is_not_without_one_of_its_boxes) {
  Detection worse = kCar;
  worse.score = 0.42F;
  Detection other = kCar;
  other.class_id = 3;
  const Detection beside{{20, 10, 120, 60}, 2, 0.5F};
  for (const Boxes& now : {Boxes{}, Boxes{worse}, Boxes{other}, Boxes{beside}}) {
    EXPECT_EQ(difference_of({kCar}, now), "a box of class 2 and score 0.500 is not there any more");
  }
}

TEST(SameAnswer, is_not_with_a_strong_box_that_was_not_there) {
  EXPECT_EQ(difference_of({}, {kCar}), "its best score is 0.500 and was 0.000");
}

TEST(SameAnswer, is_not_of_scores_that_are_no_numbers) {
  Detection none = kCar;
  none.score = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(difference_of({kCar}, {none}), "");
  EXPECT_NE(difference_of({}, {none}), "");
}

TEST(SameAnswer, is_of_classes_too) {
  const std::array<ClassScore, 2> before{{{7, 0.9F}, {3, 0.01F}}};
  const std::array<ClassScore, 2> near{{{7, 0.88F}, {4, 0.01F}}};
  const std::array<ClassScore, 2> other{{{8, 0.9F}, {3, 0.01F}}};
  const Answer answer = Answer::of({.classes = before});
  EXPECT_EQ(difference(answer, {.classes = near}), "");
  EXPECT_EQ(difference(answer, {.classes = other}), "the answer of class 7 and score 0.900 is not there any more");
}

}  // namespace
}  // namespace lyn
