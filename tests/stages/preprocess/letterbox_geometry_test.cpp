#include <gtest/gtest.h>

#include "stages/preprocess/letterbox.h"

namespace lyn {
namespace {

struct Case {
  const char* name;
  int width, height;
  int slot_width, slot_height;
  int scaled_width, scaled_height;
  int centred_x, centred_y;
};

const Case kCases[] = {
    {"1080p into 640", 1920, 1080, 640, 640, 640, 360, 0, 140},
    {"a sample clip into 416, cut off just below 234", 768, 432, 416, 416, 416, 233, 0, 91},
    {"upright phone", 1080, 1920, 640, 640, 360, 640, 140, 0},
    {"fills it exactly", 416, 416, 416, 416, 416, 416, 0, 0},
    {"enlarged", 320, 240, 640, 640, 640, 480, 0, 80},
    {"a remainder is cut off", 1366, 768, 640, 640, 640, 359, 0, 140},
    {"odd padding, the greater half behind", 100, 99, 640, 640, 640, 633, 0, 3},
    {"one pixel", 1, 1, 640, 640, 640, 640, 0, 0},
    {"extremely wide", 4096, 2, 640, 640, 640, 1, 0, 319},
    {"extremely tall", 2, 4096, 640, 640, 1, 640, 319, 0},
    {"a slot that is no square", 1920, 1080, 640, 384, 640, 360, 0, 12},
    {"a slot that is no multiple", 49, 98, 343, 343, 171, 343, 86, 0},
};

TEST(LetterboxGeometry, keeps_the_aspect_and_rounds_down) {
  for (const Case& c : kCases) {
    InputSpec spec;
    spec.width = c.slot_width;
    spec.height = c.slot_height;
    const LetterboxGeometry corner = letterbox_geometry(c.width, c.height, spec);
    EXPECT_EQ(corner.scaled_width, c.scaled_width) << c.name;
    EXPECT_EQ(corner.scaled_height, c.scaled_height) << c.name;
    EXPECT_EQ(corner.offset_x, 0) << c.name;
    EXPECT_EQ(corner.offset_y, 0) << c.name;
    spec.pad = PadSide::both;
    const LetterboxGeometry centred = letterbox_geometry(c.width, c.height, spec);
    EXPECT_EQ(centred.offset_x, c.centred_x) << c.name;
    EXPECT_EQ(centred.offset_y, c.centred_y) << c.name;
    EXPECT_LE(centred.offset_x + centred.scaled_width, c.slot_width) << c.name;
    EXPECT_LE(centred.offset_y + centred.scaled_height, c.slot_height) << c.name;
  }
}

TEST(LetterboxGeometry, gives_a_box_back_in_picture_pixels) {
  InputSpec spec;
  spec.pad = PadSide::both;
  const LetterboxGeometry geometry = letterbox_geometry(1280, 720, spec);
  EXPECT_EQ(geometry.to_picture({10, 150, 100, 240}), (Box{20, 20, 200, 200}));
}

TEST(LetterboxGeometry, stretches_each_side_by_its_own_scale) {
  InputSpec spec;
  spec.pad = PadSide::none;
  const LetterboxGeometry geometry = letterbox_geometry(1280, 720, spec);
  EXPECT_EQ(geometry.scaled_width, 640);
  EXPECT_EQ(geometry.scaled_height, 640);
  EXPECT_EQ(geometry.to_picture({64, 64, 320, 640}), (Box{128, 72, 640, 720}));
  EXPECT_EQ(geometry.beyond_picture({-64, 64, 704, 640}), (Box{-128, 72, 1408, 720}));
  EXPECT_EQ(geometry.to_picture(Keypoint{320, 320, 1}).y, 360);
}

TEST(LetterboxGeometry, clips_a_box_to_the_picture) {
  const LetterboxGeometry geometry = letterbox_geometry(1280, 720, InputSpec{});
  EXPECT_EQ(geometry.to_picture({-5, -7, 900, 500}), (Box{0, 0, 1280, 720}));
  EXPECT_EQ(geometry.to_picture({10, 380, 20, 400}), (Box{20, 720, 40, 720}));
}

TEST(InputSpec, knows_the_bytes_of_its_slot) {
  InputSpec spec;
  spec.width = 32;
  spec.height = 16;
  EXPECT_EQ(spec.slot_bytes(), 32U * 16U * 12U);
  spec.type = ElementType::float16;
  EXPECT_EQ(spec.slot_bytes(), 32U * 16U * 6U);
  spec.type = ElementType::uint8;
  EXPECT_EQ(spec.slot_bytes(), 32U * 16U * 3U);
}

}  // namespace
}  // namespace lyn
