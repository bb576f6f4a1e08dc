#include "kernels/jpeg_colour.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::TestPicture;
using testing::Each;

class JpegColour : public testing::Test {
 protected:
  TestPicture run(const Image& image) {
    TestPicture target(*device_, image.width, image.height);
    const auto args = jpeg_colour_args(image, target.image());
    EXPECT_TRUE(args.ok());
    EXPECT_TRUE(device_->launch(*stream_, kJpegColourKernel, *args, jpeg_colour_grid(*args)).ok());
    EXPECT_TRUE(target.guards_intact());
    return target;
  }

  /// A picture of one colour, and what became of it.
  void expect_becomes(Matrix matrix, Range range, std::array<int, 3> from, std::array<int, 3> to) {
    TestPicture source(*device_, 6, 4);
    source.fill(from[0], from[1], from[2]);
    Image image = source.image();
    image.colour = {matrix, range, Siting::left};
    const TestPicture target = run(image);
    for (int plane = 0; plane < 3; ++plane) {
      EXPECT_THAT(target.plane(plane), Each(to[static_cast<std::size_t>(plane)])) << "plane " << plane;
    }
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
};

TEST_F(JpegColour, StretchesLimitedRange) {
  expect_becomes(Matrix::bt601, Range::limited, {16, 128, 128}, {0, 128, 128});
  expect_becomes(Matrix::bt601, Range::limited, {235, 128, 128}, {255, 128, 128});
  expect_becomes(Matrix::bt601, Range::limited, {126, 200, 60}, {128, 210, 51});
  expect_becomes(Matrix::bt601, Range::limited, {5, 128, 128}, {0, 128, 128});  // held
}

TEST_F(JpegColour, LeavesItsOwnColoursAsTheyAre) {
  expect_becomes(Matrix::bt601, Range::full, {77, 200, 31}, {77, 200, 31});
}

/// Red and blue as each standard codes them (limited: BT.709 pure red is 63, 102, 240), and as JPEG does.
TEST_F(JpegColour, TurnsPrimariesOfBt709IntoThoseOfBt601) {
  expect_becomes(Matrix::bt709, Range::limited, {63, 102, 240}, {77, 85, 255});
  expect_becomes(Matrix::bt709, Range::limited, {32, 240, 118}, {29, 255, 108});
  expect_becomes(Matrix::bt709, Range::limited, {173, 42, 26}, {150, 44, 21});
}

TEST_F(JpegColour, KeepsGreyGreyInEveryMatrix) {
  for (const Matrix matrix : {Matrix::bt601, Matrix::bt709, Matrix::bt2020}) {
    expect_becomes(matrix, Range::full, {99, 128, 128}, {99, 128, 128});
  }
}

TEST_F(JpegColour, TakesEachSampleFromItsPlace) {
  TestPicture source(*device_, 4, 2);
  source.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8});
  source.set_plane(1, {100, 200});
  source.set_plane(2, {50, 60});
  Image image = source.image();
  image.colour.range = Range::full;
  const TestPicture target = run(image);
  EXPECT_EQ(target.plane(0), source.plane(0));
  EXPECT_EQ(target.plane(1), source.plane(1));
  EXPECT_EQ(target.plane(2), source.plane(2));
}

TEST_F(JpegColour, RefusesOtherFormats) {
  const TestPicture source(*device_, 4, 2, {Chroma::yuv422, Layout::planar, 8, false});
  const TestPicture target(*device_, 4, 2);
  const auto args = jpeg_colour_args(source.image(), target.image());
  ASSERT_FALSE(args.ok());
  EXPECT_EQ(args.error().kind, ErrorKind::device);
}

}  // namespace
}  // namespace lyn
