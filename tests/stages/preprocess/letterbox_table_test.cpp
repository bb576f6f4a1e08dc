#include <gmock/gmock.h>

#include "stages/preprocess/letterbox_bench.h"

// Values worked out by hand, on grey-level pictures (full range: pixel = luma) unless colour is the point.
namespace lyn {
namespace {

using test::pixels_of;
using test::TestPicture;
using testing::Each;
using testing::ElementsAre;
using Pixels = std::vector<std::uint8_t>;

constexpr PixelFormat kGrey{Chroma::grey};

class LetterboxTable : public test::LetterboxBench {
 protected:
  static Image full_range(const TestPicture& picture, int rotation = 0) {
    Image image = picture.image();
    image.colour.range = Range::full;
    image.rotation = rotation;
    return image;
  }
  /// The slot's first plane.
  Pixels first_plane(const Image& image, const InputSpec& spec) {
    Pixels all = elements<std::uint8_t>(image, spec);
    all.resize(all.size() / 3);
    return all;
  }
  /// A grey 2x3 picture (3 columns): 10 20 30 / 40 50 60.
  TestPicture two_rows() {
    TestPicture picture(*device_, 3, 2, kGrey);
    picture.set_plane(0, {10, 20, 30, 40, 50, 60});
    return picture;
  }
};

TEST_F(LetterboxTable, copies_where_sizes_agree) {
  const TestPicture picture = two_rows();
  EXPECT_THAT(first_plane(full_range(picture), pixels_of(3, 2)), ElementsAre(10, 20, 30, 40, 50, 60));
}

TEST_F(LetterboxTable, pads_below_at_the_right_or_around) {
  const TestPicture picture = two_rows();
  InputSpec spec = pixels_of(3, 4);
  EXPECT_THAT(first_plane(full_range(picture), spec),
              ElementsAre(10, 20, 30, 40, 50, 60, 114, 114, 114, 114, 114, 114));
  spec.pad = PadSide::both;
  spec.pad_value = 7;
  EXPECT_THAT(first_plane(full_range(picture), spec), ElementsAre(7, 7, 7, 10, 20, 30, 40, 50, 60, 7, 7, 7));
  InputSpec wide = pixels_of(5, 2);
  EXPECT_THAT(first_plane(full_range(picture), wide), ElementsAre(10, 20, 30, 114, 114, 40, 50, 60, 114, 114));
  wide.pad = PadSide::both;
  EXPECT_THAT(first_plane(full_range(picture), wide), ElementsAre(114, 10, 20, 30, 114, 114, 40, 50, 60, 114));
}

TEST_F(LetterboxTable, stretches_over_the_whole_where_nothing_is_padded) {
  InputSpec spec = pixels_of(3, 4);
  spec.pad = PadSide::none;
  EXPECT_THAT(first_plane(full_range(two_rows()), spec), ElementsAre(10, 20, 30, 18, 28, 38, 33, 43, 53, 40, 50, 60));
}

TEST_F(LetterboxTable, obeys_each_quarter_turn) {
  const TestPicture picture = two_rows();
  EXPECT_THAT(first_plane(full_range(picture, 1), pixels_of(2, 3)), ElementsAre(40, 10, 50, 20, 60, 30));
  EXPECT_THAT(first_plane(full_range(picture, 2), pixels_of(3, 2)), ElementsAre(60, 50, 40, 30, 20, 10));
  EXPECT_THAT(first_plane(full_range(picture, 3), pixels_of(2, 3)), ElementsAre(30, 60, 20, 50, 10, 40));
}

TEST_F(LetterboxTable, averages_four_samples_when_halved) {
  TestPicture picture(*device_, 4, 2, kGrey);
  picture.set_plane(0, {0, 10, 100, 200, 20, 31, 0, 0});
  // 61 / 4 = 15.25 and 300 / 4 = 75.
  EXPECT_THAT(first_plane(full_range(picture), pixels_of(2, 1)), ElementsAre(15, 75));
}

TEST_F(LetterboxTable, blends_by_quarters_when_doubled) {
  TestPicture picture(*device_, 2, 1, kGrey);
  picture.set_plane(0, {0, 100});
  EXPECT_THAT(first_plane(full_range(picture), pixels_of(4, 2)), ElementsAre(0, 25, 75, 100, 0, 25, 75, 100));
}

TEST_F(LetterboxTable, rounds_once_and_halves_up) {
  TestPicture picture(*device_, 2, 2, kGrey);
  // 0.25 + 0.25 + ...: rounding by rows first would give 1.
  picture.set_plane(0, {0, 1, 0, 0});
  EXPECT_THAT(first_plane(full_range(picture), pixels_of(1, 1)), ElementsAre(0));
  picture.set_plane(0, {0, 1, 0, 1});
  EXPECT_THAT(first_plane(full_range(picture), pixels_of(1, 1)), ElementsAre(1));
}

TEST_F(LetterboxTable, reads_chroma_where_its_siting_says) {
  // Two columns of V, 128 and 228, below grey luma: red = 100 + 1.402 * (V - 128), full range.
  TestPicture picture(*device_, 4, 2, {});
  picture.fill(100, 128, 128);
  picture.set(2, 1, 0, 228);
  Image image = full_range(picture);
  // V at the four columns: 128, 178, 228, 228.
  Pixels red = first_plane(image, pixels_of(4, 2));
  red.resize(4);
  EXPECT_THAT(red, ElementsAre(100, 170, 240, 240));
  // V at the four columns: 128, 153, 203, 228.
  image.colour.siting = Siting::center;
  red = first_plane(image, pixels_of(4, 2));
  red.resize(4);
  EXPECT_THAT(red, ElementsAre(100, 135, 205, 240));
}

TEST_F(LetterboxTable, tells_top_left_from_left_siting_by_the_rows) {
  TestPicture picture(*device_, 2, 4, {});
  picture.fill(100, 128, 128);
  picture.set(2, 0, 1, 228);
  Image image = full_range(picture);
  // V at the four rows: 128, 153, 203, 228.
  EXPECT_THAT(first_plane(image, pixels_of(2, 4)), ElementsAre(100, 100, 135, 135, 205, 205, 240, 240));
  image.colour.siting = Siting::topleft;
  EXPECT_THAT(first_plane(image, pixels_of(2, 4)), ElementsAre(100, 100, 170, 170, 240, 240, 240, 240));
}

TEST_F(LetterboxTable, lays_planes_in_the_colour_order) {
  TestPicture picture(*device_, 2, 2, {});
  picture.fill(81, 90, 240);  // BT.601 red
  InputSpec spec = pixels_of(2, 2);
  EXPECT_THAT(elements<std::uint8_t>(picture.image(), spec), ElementsAre(254, 254, 254, 254, 0, 0, 0, 0, 0, 0, 0, 0));
  spec.order = ColourOrder::bgr;
  EXPECT_THAT(elements<std::uint8_t>(picture.image(), spec), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 254, 254, 254, 254));
}

TEST_F(LetterboxTable, normalises_by_plane) {
  TestPicture picture(*device_, 1, 1, kGrey);
  picture.set_plane(0, {100});
  InputSpec spec = pixels_of(1, 2);
  spec.type = ElementType::float32;
  spec.scale = 0.5F;
  const float mean[3] = {10, 20, 0};
  const float std[3] = {2, 4, 0.5F};
  std::copy_n(mean, 3, spec.mean);
  std::copy_n(std, 3, spec.std);
  spec.pad_value = 0;
  EXPECT_THAT(elements<float>(full_range(picture), spec), ElementsAre(20, -5, 7.5F, -5, 100, 0));
  spec.type = ElementType::float16;
  EXPECT_THAT(elements<std::uint16_t>(full_range(picture), spec),
              ElementsAre(0x4d00, 0xc500, 0x4780, 0xc500, 0x5640, 0x0000));
}

TEST_F(LetterboxTable, shows_one_colour_from_a_picture_of_one_colour_in_every_form) {
  for (const Chroma chroma : {Chroma::yuv420, Chroma::yuv422, Chroma::yuv444}) {
    for (const Layout layout : {Layout::planar, Layout::semi_planar}) {
      for (const int depth : {8, 10, 12}) {
        for (const bool high : {false, true}) {
          if (high && depth == 8) continue;
          TestPicture picture(*device_, 37, 23, {chroma, layout, static_cast<std::uint8_t>(depth), high});
          const int up = depth - 8;
          picture.fill(81 << up, 90 << up, 240 << up);
          const InputSpec spec = pixels_of(16, 16);
          const Pixels all = elements<std::uint8_t>(picture.image(), spec);
          // 37:23 in 16x16 is 16x9.
          EXPECT_THAT(std::span(all).first(144), Each(254));
          EXPECT_THAT(std::span(all).subspan(144, 112), Each(114));
          EXPECT_THAT(std::span(all).subspan(256, 144), Each(0));
          EXPECT_TRUE(picture.guards_intact());
        }
      }
    }
  }
}

}  // namespace
}  // namespace lyn
