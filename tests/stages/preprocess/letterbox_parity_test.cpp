#include <cstring>

#include "kernels/letterbox.h"
#include "kernels/letterbox_area.h"
#include "stages/preprocess/letterbox_args.h"
#include "stages/preprocess/letterbox_bench.h"

// The row code of the cpu device against letterbox::slot_pixel, which is the kernel of the others: bits.
namespace lyn {
namespace {

using test::TestPicture;

struct Size {
  int width, height;
};

class LetterboxParity : public test::LetterboxBench {
 protected:
  /// The slot as the functor fills it, pixel by pixel, with the arguments that Letterbox would make.
  std::vector<std::byte> by_pixel(const LetterboxArgs& args, const InputSpec& spec) {
    const Buffer buffer = guarded_slot(spec);
    LetterboxArgs own = args;
    own.slot = buffer.address().offset_bytes(kGuard).as<std::uint8_t>();
    for (int y = 0; y < spec.height; ++y) {
      for (int x = 0; x < spec.width; ++x) {
        if (spec.resize == Resize::area) {
          own.shift == letterbox_area::shift_of(8) ? letterbox_area::slot_pixel<std::uint8_t>(own, x, y)
                                                   : letterbox_area::slot_pixel<std::uint16_t>(own, x, y);
        } else if (own.shift == 14) {
          letterbox::slot_pixel<std::uint8_t>(own, x, y);
        } else {
          letterbox::slot_pixel<std::uint16_t>(own, x, y);
        }
      }
    }
    return slot_bytes(buffer, spec);
  }

  testing::AssertionResult rows_equal_pixels(const Image& image, const InputSpec& spec) {
    LetterboxTableCache tables;
    const auto args = letterbox_args(*device_, *stream_, image, spec, tables);
    if (!args) return testing::AssertionFailure() << args.error().text();
    if (letterboxed(image, spec) == by_pixel(*args, spec)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "rows and pixels differ";
  }
};

InputSpec random_spec(std::mt19937& random) {
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  InputSpec spec;
  spec.width = 1 + below(90);
  spec.height = 1 + below(90);
  spec.order = below(2) == 0 ? ColourOrder::rgb : ColourOrder::bgr;
  spec.type = static_cast<ElementType>(below(3));
  spec.pad = static_cast<PadSide>(below(3));
  spec.pad_value = static_cast<std::uint8_t>(below(256));
  spec.resize = below(2) == 0 ? Resize::bilinear : Resize::area;
  spec.layout = below(2) == 0 ? SlotLayout::nchw : SlotLayout::nhwc;
  if (spec.type == ElementType::uint8) return spec;
  spec.scale = 1.0F / 255;
  for (int c = 0; c < 3; ++c) {
    spec.mean[c] = static_cast<float>(below(1000)) / 1000;
    spec.std[c] = 0.1F + static_cast<float>(below(1000)) / 1000;
  }
  return spec;
}

PixelFormat random_format(std::mt19937& random) {
  PixelFormat format;
  format.chroma = static_cast<Chroma>(random() % 4);
  format.layout = static_cast<Layout>(random() % 2);
  format.bit_depth = static_cast<std::uint8_t>(8 + random() % 5);
  format.high_bits = format.bit_depth > 8 && random() % 2 == 0;
  return format;
}

Image random_image(const TestPicture& picture, std::mt19937& random) {
  Image image = picture.image();
  image.colour = {static_cast<Matrix>(1 + random() % 3), static_cast<Range>(1 + random() % 2),
                  static_cast<Siting>(1 + random() % 3)};
  image.rotation = static_cast<int>(random() % 4);
  return image;
}

TEST_F(LetterboxParity, of_rows_and_pixels_holds_to_the_bit) {
  const Size sizes[] = {{1, 1},     {2, 2},    {3, 5},    {64, 64},  {97, 31},
                        {250, 141}, {40, 333}, {2100, 9}, {5001, 4}, {9, 2600}};
  std::mt19937 random(42);
  for (int round = 0; round < 24; ++round) {
    for (const Size& size : sizes) {
      const InputSpec spec = random_spec(random);
      const PixelFormat format = random_format(random);
      TestPicture picture(*device_, size.width, size.height, format);
      picture.randomise(static_cast<unsigned>(round));
      const Image image = random_image(picture, random);
      ASSERT_TRUE(rows_equal_pixels(image, spec))
          << size.width << "x" << size.height << " depth " << int{format.bit_depth} << " rotation " << image.rotation
          << " into " << spec.width << "x" << spec.height;
      EXPECT_TRUE(picture.guards_intact());
    }
  }
}

/// Bytes have row code of their own, which fetches neighbours by windows: from enlarged to reduced beyond its reach.
TEST_F(LetterboxParity, of_bytes_holds_at_every_scale) {
  std::mt19937 random(7);
  InputSpec spec = test::pixels_of(50, 50);
  for (const int width : {7, 16, 17, 25, 33, 50, 75, 100, 101, 150, 177, 199, 200, 300, 331, 500, 900}) {
    for (const auto chroma : {Chroma::grey, Chroma::yuv420, Chroma::yuv422, Chroma::yuv444}) {
      for (const auto layout : {Layout::planar, Layout::semi_planar}) {
        TestPicture picture(*device_, width, 1 + width / 2, {chroma, layout});
        picture.randomise(static_cast<unsigned>(width));
        const Image image = random_image(picture, random);
        ASSERT_TRUE(rows_equal_pixels(image, spec)) << width << " chroma " << static_cast<int>(chroma) << " layout "
                                                    << static_cast<int>(layout) << " rotation " << image.rotation;
      }
    }
  }
}

TEST_F(LetterboxParity, holds_for_slots_wider_than_a_chunk_of_the_row_code) {
  for (const int rotation : {0, 1}) {
    TestPicture picture(*device_, rotation == 0 ? 900 : 3, rotation == 0 ? 3 : 900);
    picture.randomise(3);
    Image image = picture.image();
    image.rotation = rotation;
    for (const Resize resize : {Resize::bilinear, Resize::area}) {
      InputSpec spec = test::pixels_of(2500, 16);
      spec.resize = resize;
      EXPECT_TRUE(rows_equal_pixels(image, spec));
    }
  }
}

}  // namespace
}  // namespace lyn
