#include "kernels/rgb_to_yuv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "device/cpu/cpu_device.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {
namespace {

using testing::ElementsAre;

class RgbToYuv : public testing::Test {
 protected:
  /// A picture of one row from bytes of the source; `args` says how they lie.
  Image convert(std::vector<std::uint8_t> bytes, int width, RgbToYuvArgs args, int depth, bool grey = false) {
    source_ = std::move(*device_->pool().lease(bytes.size()));
    EXPECT_TRUE(device_->copy_in(*stream_, Reason::tables, source_.address(), std::as_bytes(std::span(bytes))).ok());
    EXPECT_TRUE(stream_->synchronize().ok());
    for (auto& component : args.from) {
      component.data =
          source_.address().offset_bytes(static_cast<std::ptrdiff_t>(component.data.raw)).as<const std::uint8_t>();
    }
    if (!args.palette.null()) args.palette = source_.address().offset_bytes(width).as<const std::uint8_t>();
    Image to = std::move(*make_image(*device_, width, 1, yuv_of_rgb(grey), kYuvOfRgbColour));
    complete_rgb_to_yuv(args, to, depth);
    EXPECT_TRUE(device_->launch(*stream_, kRgbToYuvKernel, args, rgb_to_yuv_grid(args)).ok());
    return to;
  }

  static RgbToYuvArgs packed(int step, std::array<int, 3> offsets, int sample_bytes, bool big_endian) {
    RgbToYuvArgs args{};
    for (std::size_t c = 0; c < 3; ++c) args.from[c] = {{static_cast<std::uintptr_t>(offsets[c])}, 0, step};
    args.sample_bytes = sample_bytes;
    args.big_endian = big_endian;
    return args;
  }

  static std::vector<int> row(const Image& image, std::size_t plane) {
    const auto* samples =
        reinterpret_cast<const std::uint16_t*>(image.planes[plane].data.as<std::uint8_t>().host_view());
    return {samples, samples + image.width};
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
  Buffer source_;
};

TEST_F(RgbToYuv, TurnsPrimariesAsJpegDoesInSixteenthsOfItsSteps) {
  // Red, green, blue, black, white: Y is 0.299, 0.587, 0.114 of 4095; U and V as ITU-T T.871 has them around 2048.
  const Image image =
      convert({255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255}, 5, packed(3, {0, 1, 2}, 1, false), 8);
  EXPECT_THAT(row(image, 0), ElementsAre(1224, 2404, 467, 0, 4095));
  EXPECT_THAT(row(image, 1), ElementsAre(1357, 691, 4095, 2048, 2048));
  EXPECT_THAT(row(image, 2), ElementsAre(4095, 333, 1715, 2048, 2048));
}

TEST_F(RgbToYuv, FindsComponentsWhereverTheyLie) {
  const Image image = convert({9, 0, 0, 255}, 1, packed(4, {3, 2, 1}, 1, false), 8);  // ABGR
  EXPECT_THAT(row(image, 0), ElementsAre(1224));
  EXPECT_THAT(row(image, 2), ElementsAre(4095));
}

TEST_F(RgbToYuv, ReadsSixteenBitsInEitherOrder) {
  const Image big = convert({0xFF, 0xFF, 0, 0, 0, 0}, 1, packed(6, {0, 2, 4}, 2, true), 16);
  EXPECT_THAT(row(big, 0), ElementsAre(1224));
  const Image little = convert({0, 0, 0xFF, 0x03, 0, 0}, 1, packed(6, {0, 2, 4}, 2, false), 10);
  EXPECT_THAT(row(little, 0), ElementsAre(2404));
}

TEST_F(RgbToYuv, LooksIndicesUpInThePalette) {
  RgbToYuvArgs args = packed(1, {0, 0, 0}, 1, false);
  args.palette.raw = 1;
  // Two pixels; entries are blue, green, red, alpha.
  const Image image = convert({1, 0, 255, 255, 255, 255, 0, 0, 255, 0}, 2, args, 8);
  EXPECT_THAT(row(image, 0), ElementsAre(1224, 4095));
}

TEST_F(RgbToYuv, StretchesGreyToTwelveBits) {
  const Image image = convert({0, 7, 128, 7, 255, 7}, 3, packed(2, {0, 0, 0}, 1, false), 8, true);
  EXPECT_EQ(image.format.chroma, Chroma::grey);
  EXPECT_THAT(row(image, 0), ElementsAre(0, 2056, 4095));
}

/// 33 steps of each colour: all through the letterbox and back.
TEST_F(RgbToYuv, OfEightBitsComesBackToTheBit) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 33 * 33 * 9; ++i) {
    const auto step = [](int n) { return static_cast<std::uint8_t>(std::min(n * 8, 255)); };
    for (const int n : {i % 33, i / 33 % 33, i / (33 * 33) * 4}) bytes.push_back(step(n));
  }
  const int width = static_cast<int>(bytes.size() / 3);
  const Image image = convert(bytes, width, packed(3, {0, 1, 2}, 1, false), 8);
  InputSpec spec;
  spec.width = width;
  spec.height = 1;
  spec.type = ElementType::uint8;
  spec.layout = SlotLayout::nhwc;
  const Buffer slot = std::move(*device_->pool().lease(spec.slot_bytes()));
  Letterbox letterbox(*device_, spec);
  ASSERT_TRUE(letterbox.run(*stream_, image, slot.address()).ok());
  EXPECT_EQ(0, std::memcmp(slot.address().as<std::uint8_t>().host_view(), bytes.data(), bytes.size()));
}

}  // namespace
}  // namespace lyn
