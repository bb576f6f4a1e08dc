// Trails, points, skeletons and masks.
#include <gmock/gmock.h>

#include "kernels/draw_bench.h"

namespace lyn {
namespace {

using test::command;
using test::Draw;
using test::point;
using test::TestPicture;
using test::words_of;

TEST_F(Draw, PaintsATrailTwoPixelsWideAlongItsPoints) {
  payload_ = {point(1, 3), point(6, 3)};
  const TestPicture picture = grey_picture(8, 8);
  DrawCommand trail = command(DrawKind::trail, 0, 0, 8, 8);
  trail.count = 2;
  run(picture, {trail});
  // From x 1 up to and without 6. Distance 0: all; 1: half a pixel's worth; 2: nothing.
  const std::vector<int> luma = picture.plane(0);
  for (int x = 0; x < 8; ++x) {
    const bool along = x >= 1 && x < 6;
    EXPECT_EQ(luma[static_cast<std::size_t>(1 * 8 + x)], 100) << x;
    EXPECT_EQ(luma[static_cast<std::size_t>(2 * 8 + x)], along ? 150 : 100) << x;
    EXPECT_EQ(luma[static_cast<std::size_t>(3 * 8 + x)], along ? 200 : 100) << x;
    EXPECT_EQ(luma[static_cast<std::size_t>(4 * 8 + x)], along ? 150 : 100) << x;
    EXPECT_EQ(luma[static_cast<std::size_t>(5 * 8 + x)], 100) << x;
  }
}

TEST_F(Draw, FadesATrailTowardsItsBeginning) {
  payload_ = {point(0, 1), point(4, 1), point(8, 1)};
  const TestPicture picture = grey_picture(8, 2);
  DrawCommand trail = command(DrawKind::trail, 0, 0, 8, 2);
  trail.count = 3;
  run(picture, {trail});
  EXPECT_EQ(picture.plane(0)[8], 150);
  EXPECT_EQ(picture.plane(0)[12], 200);
}

TEST_F(Draw, PaintsDiscsAtPointsThatAreThere) {
  payload_ = {point(4, 4), kNoPoint};
  const TestPicture picture = grey_picture(10, 10);
  DrawCommand points = command(DrawKind::points, 0, 0, 10, 10);
  points.text_y = 0;
  points.count = 2;
  run(picture, {points});
  // Two pixels around the centre: distance 0 to 1.5 all, 2 a half, 2.24 a quarter (68 of 256), 2.83 nothing.
  const std::vector<int> luma = picture.plane(0);
  const auto at = [&](int x, int y) { return luma[static_cast<std::size_t>(y * 10 + x)]; };
  EXPECT_EQ(at(4, 4), 0);
  EXPECT_EQ(at(5, 5), 0);
  EXPECT_EQ(at(6, 4), 50);
  EXPECT_EQ(at(4, 2), 50);
  EXPECT_EQ(at(6, 5), 73);
  EXPECT_EQ(at(6, 6), 100);
  EXPECT_EQ(at(7, 4), 100);
  EXPECT_EQ(at(0, 0), 100);
  EXPECT_EQ(picture.plane(1)[2 * 5 + 2], 128) << "black and white have no colour";
}

TEST_F(Draw, JoinsThePointsOfASkeletonThatAreThere) {
  payload_.assign(kSkeletonPoints, kNoPoint);
  payload_[5] = point(4, 4);    // left shoulder
  payload_[7] = point(24, 4);   // left elbow
  payload_[9] = point(24, 24);  // left wrist
  payload_[10] = point(4, 24);  // right wrist: no elbow to be joined to
  const TestPicture picture = grey_picture(30, 30);
  DrawCommand skeleton = command(DrawKind::skeleton, 0, 0, 30, 30);
  skeleton.count = kSkeletonPoints;
  skeleton.text_y = 0;
  run(picture, {skeleton});
  const std::vector<int> luma = picture.plane(0);
  const auto at = [&](int x, int y) { return luma[static_cast<std::size_t>(y * 30 + x)]; };
  EXPECT_EQ(at(14, 4), 200) << "upper arm";
  EXPECT_EQ(at(24, 14), 200) << "forearm";
  EXPECT_EQ(at(4, 14), 100);
  EXPECT_EQ(at(14, 24), 100);
  EXPECT_EQ(at(14, 14), 100);
  for (const auto& [x, y] : {std::pair(4, 4), {24, 4}, {24, 24}, {4, 24}}) EXPECT_EQ(at(x, y), 0) << x << ',' << y;
}

TEST_F(Draw, CutsATrailThatLeavesThePicture) {
  payload_ = {point(-20, -20), point(20, 20), point(20, 20), point(5, 30)};
  const TestPicture picture = grey_picture(8, 8);
  DrawCommand trail = command(DrawKind::trail, 0, 0, 8, 8);
  trail.count = 4;
  run(picture, {trail});
  EXPECT_NE(picture.plane(0)[9], 100);
}

TEST_F(Draw, TintsWhereTheGridOfAMaskIsSet) {
  // Two cells of 4x4 pixels from (2, 2) on, the right one set: it begins half way between the cells' centres.
  payload_ = words_of({2, 1, 2 * 256, 2 * 256, (1 << 20) / 4, (1 << 20) / 4});
  payload_.push_back(0b10);
  const TestPicture picture = grey_picture(12, 8);
  DrawCommand mask = command(DrawKind::mask, 2, 2, 10, 6, 128);
  mask.count = kMaskHeaderWords + 1;
  run(picture, {mask});
  const std::vector<int> luma = picture.plane(0);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 12; ++x) {
      const bool set = x >= 6 && x < 10 && y >= 2 && y < 6;
      EXPECT_EQ(luma[static_cast<std::size_t>(y * 12 + x)], set ? 150 : 100) << x << ',' << y;
    }
  }
  EXPECT_EQ(picture.plane(1)[1 * 6 + 3], 84) << "40 over 128, half";
  EXPECT_EQ(picture.plane(1)[1 * 6 + 2], 128);
}

TEST_F(Draw, RoundsTheCornersOfAMask) {
  // One set cell of 8x8 pixels among nine.
  payload_ = words_of({3, 3, 0, 0, (1 << 20) / 8, (1 << 20) / 8});
  payload_.push_back(1U << 4);
  const TestPicture picture = grey_picture(24, 24);
  DrawCommand mask = command(DrawKind::mask, 0, 0, 24, 24);
  mask.count = kMaskHeaderWords + 1;
  run(picture, {mask});
  const std::vector<int> luma = picture.plane(0);
  const auto at = [&](int x, int y) { return luma[static_cast<std::size_t>(y * 24 + x)]; };
  EXPECT_EQ(at(12, 12), 200);
  EXPECT_EQ(at(9, 12), 200) << "2.5 pixels of 8 from the centre: 0.69 full";
  EXPECT_EQ(at(7, 12), 100) << "4.5 of 8: 0.44 full";
  EXPECT_EQ(at(9, 9), 100) << "0.69 squared is 0.47";
  EXPECT_EQ(at(10, 9), 200) << "0.81 by 0.69 is 0.56";
}

}  // namespace
}  // namespace lyn
