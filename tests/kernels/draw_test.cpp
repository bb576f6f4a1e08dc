#include "kernels/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/draw_bench.h"
#include "kernels/draw_paint.h"

namespace lyn {
namespace {

using test::command;
using test::Draw;
using test::TestPicture;
using test::words_of;
using testing::Each;
using testing::ElementsAre;

TEST_F(Draw, OutlinesABoxAndLeavesItsInside) {
  const TestPicture picture = grey_picture(8, 8);
  run(picture, {command(DrawKind::box, 0, 0, 8, 6)});
  EXPECT_THAT(picture.plane(0), ElementsAre(200, 200, 200, 200, 200, 200, 200, 200,  //
                                            200, 200, 200, 200, 200, 200, 200, 200,  //
                                            200, 200, 100, 100, 100, 100, 200, 200,  //
                                            200, 200, 100, 100, 100, 100, 200, 200,  //
                                            200, 200, 200, 200, 200, 200, 200, 200,  //
                                            200, 200, 200, 200, 200, 200, 200, 200,  //
                                            100, 100, 100, 100, 100, 100, 100, 100,  //
                                            100, 100, 100, 100, 100, 100, 100, 100));
  EXPECT_THAT(picture.plane(1), ElementsAre(40, 40, 40, 40, 40, 128, 128, 40, 40, 40, 40, 40, 128, 128, 128, 128));
  EXPECT_THAT(picture.plane(2), ElementsAre(60, 60, 60, 60, 60, 128, 128, 60, 60, 60, 60, 60, 128, 128, 128, 128));
}

TEST_F(Draw, PaintsChromaInPairs) {
  const TestPicture picture = grey_picture(4, 2, {Chroma::yuv420, Layout::semi_planar, 8, false});
  run(picture, {command(DrawKind::label, 2, 0, 4, 2)});
  EXPECT_THAT(picture.plane(0), ElementsAre(100, 100, 200, 200, 100, 100, 200, 200));
  EXPECT_THAT(picture.plane(1), ElementsAre(128, 128, 40, 60));
}

TEST_F(Draw, WeighsChromaByTheCoveredQuarterOfItsBlock) {
  const TestPicture picture = grey_picture(4, 2);
  run(picture, {command(DrawKind::label, 1, 1, 4, 2)});
  EXPECT_THAT(picture.plane(0), ElementsAre(100, 100, 100, 100, 100, 200, 200, 200));
  // One and two of four pixels: (128 * 192 + 40 * 64 + 128) >> 8 and the mean of 128 and 40.
  EXPECT_THAT(picture.plane(1), ElementsAre(106, 84));
}

TEST_F(Draw, LetsThePictureShineThroughByAlpha) {
  const TestPicture picture = grey_picture(2, 2);
  run(picture, {command(DrawKind::label, 0, 0, 2, 2, 128)});
  // Weight 129 of 256: (100 * 127 + 200 * 129 + 128) >> 8.
  EXPECT_THAT(picture.plane(0), Each(150));
  EXPECT_THAT(picture.plane(1), ElementsAre(84));  // (128 * 127 + 40 * 129 + 128) >> 8
}

TEST_F(Draw, LaysLaterCommandsOnEarlierOnes) {
  const TestPicture picture = grey_picture(2, 2);
  DrawCommand above = command(DrawKind::label, 0, 0, 2, 2);
  above.y = 30;
  run(picture, {command(DrawKind::label, 0, 0, 2, 2), above});
  EXPECT_THAT(picture.plane(0), Each(30));
}

TEST_F(Draw, PaintsGlyphsByTheirAlphaOnTheLabelAndCutsThemAtItsEdge) {
  // A 2x2 shape, one row above the baseline and one below, two columns right of the pen.
  shapes_ = {{}, {0, 2, 1, 2, 2}};
  atlas_ = {255, 128, 255, 255};
  payload_ = {0U << 16 | 1, 1U << 16 | 1};
  TestPicture picture = grey_picture(6, 2);
  DrawCommand label = command(DrawKind::label, 0, 0, 4, 2);
  label.size = 1;  // baseline
  label.text_y = 0;
  label.count = 1;
  run(picture, {label});
  // (200 * 127 + 0 * 129 + 128) >> 8 = 99.
  EXPECT_THAT(picture.plane(0), ElementsAre(200, 200, 0, 99, 100, 100, 200, 200, 0, 0, 100, 100));
  EXPECT_EQ(picture.plane(1)[0], 40);
  // Weights 256, 129, 256, 256: mean 224; (40 * 32 + 128 * 224 + 128) >> 8.
  EXPECT_EQ(picture.plane(1)[1], 117);

  picture = grey_picture(6, 2);
  label.first = 1;  // one pixel further right: its second column is outside the label
  run(picture, {label});
  EXPECT_THAT(picture.plane(0), ElementsAre(200, 200, 200, 0, 100, 100, 200, 200, 200, 0, 100, 100));
}

DrawCommand random_command(std::mt19937& random, int width, int height) {
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  const int x0 = below(width);
  const int y0 = below(height);
  DrawCommand made = command(static_cast<DrawKind>(below(6)), x0, y0, x0 + 1 + below(width - x0),
                             y0 + 1 + below(height - y0), below(256));
  made.y = static_cast<std::uint8_t>(below(256));
  made.size = static_cast<std::uint16_t>(1 + below(9));
  made.first = static_cast<std::uint16_t>(below(20));
  made.count = static_cast<std::uint16_t>(below(8));
  if (made.kind == DrawKind::mask) made.first = 20 + kSkeletonPoints;
  return made;
}

/// Commands outside, as the host runs them, against blocks outside, as a GPU does.
TEST_F(Draw, GivesTheSameBitsByCommandsAndByBlocks) {
  std::mt19937 random(7);
  constexpr int kWidth = 62;
  constexpr int kHeight = 46;
  for (int index = 0; index < 8; ++index) {
    const auto count = static_cast<std::uint32_t>(atlas_.size());
    const auto width = static_cast<std::uint16_t>(random() % 7);
    const auto height = static_cast<std::uint16_t>(random() % 9);
    shapes_.push_back(
        {count, static_cast<std::int16_t>(random() % 3), static_cast<std::int16_t>(random() % 9), width, height});
    for (int alpha = 0; alpha < width * height; ++alpha) atlas_.push_back(static_cast<std::uint8_t>(random()));
  }
  // Read as glyphs (number in the low bits) and as points alike.
  for (int index = 0; index < 20 + kSkeletonPoints; ++index)
    payload_.push_back(static_cast<std::uint32_t>((random() % 60) << 16 | random() % 8));
  for (const std::uint32_t word : words_of({5, 3, 700, -300, 90'000, 60'000})) payload_.push_back(word);
  payload_.push_back(static_cast<std::uint32_t>(random()));
  for (int round = 0; round < 200; ++round) {
    const PixelFormat format{Chroma::yuv420, round % 2 == 0 ? Layout::planar : Layout::semi_planar, 8, false};
    TestPicture by_commands(*device_, kWidth, kHeight, format);
    TestPicture by_blocks(*device_, kWidth, kHeight, format);
    by_commands.randomise(static_cast<unsigned>(round));
    by_blocks.randomise(static_cast<unsigned>(round));
    std::vector<DrawCommand> commands;
    for (int index = 0; index < 6; ++index) commands.push_back(random_command(random, kWidth, kHeight));
    run(by_commands, commands);
    const DrawArgs made = args(by_blocks, commands);
    const draw::View view = draw::view_of(made);
    for (int y = 0; y < kHeight / 2; ++y) {
      for (int x = 0; x < kWidth / 2; ++x) draw::block(made, view, x, y);
    }
    ASSERT_EQ(by_commands.all_bytes(), by_blocks.all_bytes()) << round;
  }
}

TEST(SquareRoot, IsExactBelowAndAboveSquares) {
  EXPECT_EQ(draw::square_root(0), 0U);
  EXPECT_EQ(draw::square_root(15), 3U);
  EXPECT_EQ(draw::square_root(16), 4U);
  EXPECT_EQ(draw::square_root(std::uint64_t{4294967295U} * 4294967295U), 4294967295U);
}

}  // namespace
}  // namespace lyn
