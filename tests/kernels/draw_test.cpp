#include "kernels/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/draw_paint.h"
#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::TestPicture;
using testing::Each;
using testing::ElementsAre;

DrawCommand command(DrawKind kind, int x0, int y0, int x1, int y1, int alpha = 255) {
  DrawCommand made{};
  made.x0 = static_cast<std::int16_t>(x0);
  made.y0 = static_cast<std::int16_t>(y0);
  made.x1 = static_cast<std::int16_t>(x1);
  made.y1 = static_cast<std::int16_t>(y1);
  made.kind = kind;
  made.y = 200;
  made.u = 40;
  made.v = 60;
  made.alpha = static_cast<std::uint8_t>(alpha);
  made.size = 2;
  return made;
}

std::uint32_t point(int x, int y) {
  return static_cast<std::uint16_t>(x) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(y)) << 16;
}

class Draw : public testing::Test {
 protected:
  template <class T>
  Address<const T> on_device(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    buffers_.push_back(std::move(*device_->pool().lease(bytes.size() + 1)));
    if (!bytes.empty()) {
      EXPECT_TRUE(device_->copy_in(*stream_, Reason::overlay, buffers_.back().address(), bytes).ok());
    }
    return buffers_.back().address().as<const T>();
  }

  DrawArgs args(const TestPicture& target, const std::vector<DrawCommand>& commands) {
    DrawArgs made = draw_args(target.image());
    made.commands = on_device(commands);
    made.command_count = static_cast<int>(commands.size());
    made.payload = on_device(payload_);
    made.shapes = on_device(shapes_);
    made.atlas = on_device(atlas_);
    made.blocks_x = target.image().width / 2;
    made.blocks_y = target.image().height / 2;
    return made;
  }

  void run(const TestPicture& target, const std::vector<DrawCommand>& commands) {
    const DrawArgs made = args(target, commands);
    EXPECT_TRUE(device_->launch(*stream_, kDrawKernel, made, draw_grid(made)).ok());
    EXPECT_TRUE(target.guards_intact());
  }

  TestPicture grey_picture(int width, int height, PixelFormat format = {}) {
    TestPicture picture(*device_, width, height, format);
    picture.fill(100, 128, 128);
    return picture;
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
  std::vector<Buffer> buffers_;
  std::vector<std::uint32_t> payload_;
  std::vector<GlyphShape> shapes_;
  std::vector<std::uint8_t> atlas_;
};

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

DrawCommand random_command(std::mt19937& random, int width, int height) {
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  const int x0 = below(width);
  const int y0 = below(height);
  DrawCommand made = command(static_cast<DrawKind>(below(5)), x0, y0, x0 + 1 + below(width - x0),
                             y0 + 1 + below(height - y0), below(256));
  made.y = static_cast<std::uint8_t>(below(256));
  made.size = static_cast<std::uint16_t>(1 + below(9));
  made.first = static_cast<std::uint16_t>(below(20));
  made.count = static_cast<std::uint16_t>(below(8));
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
