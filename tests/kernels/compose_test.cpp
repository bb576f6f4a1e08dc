#include "kernels/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::TestPicture;
using testing::ElementsAre;

constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar, 8, false};
constexpr PixelFormat kI420{};

class Compose : public testing::Test {
 protected:
  TestPicture run(const TestPicture& source, PixelFormat target_format = kI420) {
    const Image& image = source.image();
    TestPicture target(*device_, composed_width(image), composed_height(image), target_format);
    const auto args = compose_args(image, target.image());
    EXPECT_TRUE(args.ok());
    EXPECT_TRUE(device_->launch(*stream_, kComposeKernel, *args, compose_grid(*args)).ok());
    return target;
  }

  /// 4x2: luma 1..8, U 10 20, V 30 40.
  TestPicture counted(int rotation) {
    TestPicture source(*device_, 4, 2, kI420, rotation);
    source.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8});
    source.set_plane(1, {10, 20});
    source.set_plane(2, {30, 40});
    return source;
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
};

TEST_F(Compose, CopiesAnUprightPictureAsItIs) {
  const TestPicture target = run(counted(0));
  EXPECT_THAT(target.plane(0), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(target.plane(1), ElementsAre(10, 20));
  EXPECT_THAT(target.plane(2), ElementsAre(30, 40));
}

TEST_F(Compose, TurnsAQuarterClockwise) {
  const TestPicture target = run(counted(1));
  ASSERT_EQ(target.image().width, 2);
  EXPECT_THAT(target.plane(0), ElementsAre(5, 1, 6, 2, 7, 3, 8, 4));
  EXPECT_THAT(target.plane(1), ElementsAre(10, 20));
  EXPECT_THAT(target.plane(2), ElementsAre(30, 40));
}

TEST_F(Compose, TurnsUpsideDown) {
  const TestPicture target = run(counted(2));
  EXPECT_THAT(target.plane(0), ElementsAre(8, 7, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(target.plane(1), ElementsAre(20, 10));
}

TEST_F(Compose, TurnsAQuarterAnticlockwise) {
  const TestPicture target = run(counted(3));
  EXPECT_THAT(target.plane(0), ElementsAre(4, 8, 3, 7, 2, 6, 1, 5));
  EXPECT_THAT(target.plane(1), ElementsAre(20, 10));
  EXPECT_THAT(target.plane(2), ElementsAre(40, 30));
}

TEST_F(Compose, LeavesOutTheLastColumnAndRowOfAnOddPicture) {
  TestPicture source(*device_, 3, 3);
  source.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  source.set_plane(1, {10, 20, 30, 40});
  source.set_plane(2, {50, 60, 70, 80});
  const TestPicture target = run(source);
  EXPECT_THAT(target.plane(0), ElementsAre(1, 2, 4, 5));
  EXPECT_THAT(target.plane(1), ElementsAre(10));
  EXPECT_THAT(target.plane(2), ElementsAre(50));
}

TEST_F(Compose, RoundsTenBitsToEightAndHoldsTheTop) {
  for (const bool high_bits : {false, true}) {
    TestPicture source(*device_, 4, 2, {Chroma::yuv420, Layout::planar, 10, high_bits});
    source.set_plane(0, {0, 1, 2, 3, 513, 514, 1021, 1023});
    source.set_plane(1, {512, 5});
    source.set_plane(2, {1020, 6});
    const TestPicture target = run(source);
    EXPECT_THAT(target.plane(0), ElementsAre(0, 0, 1, 1, 128, 129, 255, 255));
    EXPECT_THAT(target.plane(1), ElementsAre(128, 1));
    EXPECT_THAT(target.plane(2), ElementsAre(255, 2));
  }
}

TEST_F(Compose, TakesTheMeanOfTheRowsThatFourTwoTwoHasMore) {
  TestPicture source(*device_, 2, 2, {Chroma::yuv422, Layout::planar, 8, false});
  source.set_plane(0, {1, 2, 3, 4});
  source.set_plane(1, {10, 13});
  source.set_plane(2, {255, 255});
  const TestPicture target = run(source);
  EXPECT_THAT(target.plane(1), ElementsAre(12));  // 11.5 rounds up
  EXPECT_THAT(target.plane(2), ElementsAre(255));
}

TEST_F(Compose, TakesTheMeanOfTheBlockThatFourFourFourHasMore) {
  TestPicture source(*device_, 2, 2, {Chroma::yuv444, Layout::planar, 8, false});
  source.set_plane(0, {1, 2, 3, 4});
  source.set_plane(1, {10, 20, 30, 41});
  source.set_plane(2, {0, 0, 0, 1});
  const TestPicture target = run(source);
  EXPECT_THAT(target.plane(1), ElementsAre(25));
  EXPECT_THAT(target.plane(2), ElementsAre(0));
}

TEST_F(Compose, GivesGreyPicturesNeutralChroma) {
  TestPicture source(*device_, 2, 2, {Chroma::grey, Layout::planar, 8, false});
  source.set_plane(0, {9, 8, 7, 6});
  const TestPicture target = run(source);
  EXPECT_THAT(target.plane(0), ElementsAre(9, 8, 7, 6));
  EXPECT_THAT(target.plane(1), ElementsAre(128));
  EXPECT_THAT(target.plane(2), ElementsAre(128));
}

TEST_F(Compose, ReadsAndWritesChromaInPairs) {
  TestPicture pairs(*device_, 4, 2, kNv12);
  pairs.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8});
  pairs.set_plane(1, {10, 30, 20, 40});
  const TestPicture planar = run(pairs);
  EXPECT_THAT(planar.plane(1), ElementsAre(10, 20));
  EXPECT_THAT(planar.plane(2), ElementsAre(30, 40));
  EXPECT_THAT(run(counted(0), kNv12).plane(1), ElementsAre(10, 30, 20, 40));
}

TEST_F(Compose, NeverWritesTheSourceNorAroundTheTarget) {
  for (int rotation = 0; rotation < 4; ++rotation) {
    TestPicture source(*device_, 13, 7, kI420, rotation);
    source.randomise(1);
    const auto before = source.all_bytes();
    const TestPicture target = run(source);
    EXPECT_EQ(source.all_bytes(), before);
    EXPECT_TRUE(target.guards_intact());
  }
}

/// Every fast form against the block by block definition, which is what a GPU runs.
TEST_F(Compose, GivesTheSameBitsByRowsAndByBlocks) {
  unsigned seed = 0;
  for (const Chroma chroma : {Chroma::yuv420, Chroma::yuv422, Chroma::yuv444, Chroma::grey}) {
    for (const Layout layout : {Layout::planar, Layout::semi_planar}) {
      for (const int depth : {8, 10, 12}) {
        for (int turn = 0; turn < 16; ++turn) {
          const int rotation = turn % 4;
          const int size = turn / 4;
          const PixelFormat format{chroma, layout, static_cast<std::uint8_t>(depth),
                                   layout == Layout::semi_planar && depth > 8};
          TestPicture source(*device_, 71 + size % 2, 37 + size / 2, format, rotation);
          source.randomise(++seed);
          for (const PixelFormat out : {kI420, kNv12}) {
            const TestPicture fast = run(source, out);
            TestPicture plain(*device_, fast.image().width, fast.image().height, out);
            const auto args = compose_args(source.image(), plain.image());
            const auto view = compose::view_of(*args);
            for (int y = 0; y < args->height / 2; ++y) {
              for (int x = 0; x < args->width / 2; ++x) compose::block(*args, view, x, y);
            }
            ASSERT_EQ(fast.all_bytes(), plain.all_bytes()) << seed;
          }
        }
      }
    }
  }
}

TEST_F(Compose, SaysWhereATurnMovedTheChroma) {
  EXPECT_EQ(composed_colour(counted(0).image()).siting, Siting::left);
  EXPECT_EQ(composed_colour(counted(1).image()).siting, Siting::center);
}

TEST_F(Compose, RefusesATargetThatDoesNotFit) {
  const TestPicture source = counted(1);
  const TestPicture sideways(*device_, 4, 2);
  const auto args = compose_args(source.image(), sideways.image());
  ASSERT_FALSE(args.ok());
  EXPECT_EQ(args.error().kind, ErrorKind::device);
  EXPECT_THAT(args.error().what, testing::HasSubstr("2x4"));
}

TEST_F(Compose, RefusesAPictureWithoutAWholeBlock) {
  const TestPicture source(*device_, 1, 9);
  EXPECT_FALSE(compose_args(source.image(), source.image()).ok());
}

}  // namespace
}  // namespace lyn
