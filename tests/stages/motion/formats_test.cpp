#include "stages/motion/motion_test.h"

namespace lyn::test {
namespace {

class MotionFormats : public MotionTest {
 protected:
  /// The box of an actor after an empty scene, in a picture of this kind.
  std::vector<Detection> found_in(PixelFormat format, int rotation = 0, int width = kWidth, int height = kHeight) {
    Scene scene(width, height);
    TestPicture picture(*device_, width, height, format, rotation);
    start({});
    for (int i = 0; i < 20; ++i) {
      scene.draw(picture, {});
      see(picture.image());
    }
    scene.draw(picture, {{{40, 30, 50, 60}}});
    return see(picture.image());
  }
};

TEST_F(MotionFormats, every_bit_depth_and_layout_gives_the_same_boxes) {
  const auto expected = found_in({});
  ASSERT_EQ(expected.size(), 1U);
  for (const PixelFormat format :
       {PixelFormat{Chroma::yuv420, Layout::semi_planar, 8, false},
        PixelFormat{Chroma::yuv420, Layout::planar, 10, false},
        PixelFormat{Chroma::yuv420, Layout::semi_planar, 10, true},
        PixelFormat{Chroma::yuv420, Layout::semi_planar, 12, true},
        PixelFormat{Chroma::yuv422, Layout::planar, 12, false}, PixelFormat{Chroma::yuv444, Layout::planar, 8, false},
        PixelFormat{Chroma::grey, Layout::planar, 8, false}}) {
    const auto found = found_in(format);
    ASSERT_EQ(found.size(), 1U) << format.bit_depth;
    EXPECT_EQ(found[0].box, expected[0].box) << format.bit_depth;
    EXPECT_EQ(found[0].score, expected[0].score) << format.bit_depth;
  }
}

TEST_F(MotionFormats, boxes_are_those_of_the_upright_picture) {
  const Box stored = found_in({})[0].box;
  EXPECT_EQ(found_in({}, 1)[0].box, (Box{kHeight - stored.y2, stored.x1, kHeight - stored.y1, stored.x2}));
  EXPECT_EQ(found_in({}, 2)[0].box,
            (Box{kWidth - stored.x2, kHeight - stored.y2, kWidth - stored.x1, kHeight - stored.y1}));
  EXPECT_EQ(found_in({}, 3)[0].box, (Box{stored.y1, kWidth - stored.x2, stored.y2, kWidth - stored.x1}));
}

TEST_F(MotionFormats, sizes_that_are_no_multiple_of_a_cell_work) {
  for (const auto& [width, height] : {std::pair{321, 181}, std::pair{1001, 133}, std::pair{99, 997}}) {
    const auto found = found_in({}, 0, width, height);
    ASSERT_EQ(found.size(), 1U) << width << "x" << height;
    EXPECT_GE(iou_of(found[0].box, {40, 30, 90, 90}), 0.85F) << width << "x" << height;
  }
}

TEST_F(MotionFormats, tiny_pictures_find_nothing_and_break_nothing) {
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{2, 3}, std::pair{17, 5}}) {
    TestPicture picture(*device_, width, height);
    picture.fill(100, 128, 128);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(see(picture.image()).empty());
  }
}

TEST_F(MotionFormats, a_new_size_begins_a_new_model) {
  learn();
  Scene scene(200, 100);
  TestPicture picture(*device_, 200, 100);
  for (int i = 0; i < 20; ++i) {
    scene.draw(picture, {});
    EXPECT_TRUE(see(picture.image()).empty());
  }
  scene.draw(picture, {{{40, 30, 50, 60}}});
  EXPECT_EQ(see(picture.image()).size(), 1U);
  EXPECT_TRUE(see(View{}).empty());  // back: anew again
}

}  // namespace
}  // namespace lyn::test
