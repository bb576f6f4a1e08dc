#include <gmock/gmock.h>

#include <limits>

#include "stages/preprocess/letterbox_bench.h"

namespace lyn {
namespace {

using test::pixels_of;
using test::TestPicture;
using testing::HasSubstr;

class LetterboxRefusal : public test::LetterboxBench {
 protected:
  /// What run() answers; the slot must be as it was.
  std::string refusal(const Image& image, const InputSpec& spec) {
    InputSpec small = pixels_of(8, 8);
    const Buffer buffer = guarded_slot(small);
    Letterbox letterbox(*device_, spec);
    const auto result = letterbox.run(*stream_, image, buffer.address().offset_bytes(kGuard));
    EXPECT_FALSE(result.ok());
    for (const std::byte byte : slot_bytes(buffer, small)) EXPECT_EQ(byte, kGuardByte);
    if (result.ok()) return "";
    EXPECT_EQ(result.error().kind, ErrorKind::device);
    return result.error().text();
  }
};

TEST_F(LetterboxRefusal, names_what_the_specification_asks_and_cannot_have) {
  const TestPicture picture(*device_, 4, 4);
  InputSpec spec = pixels_of(0, 8);
  EXPECT_THAT(refusal(picture.image(), spec), HasSubstr("0x8"));
  spec = pixels_of(8, 8);
  spec.scale = 1.0F / 255;
  EXPECT_THAT(refusal(picture.image(), spec), HasSubstr("uint8"));
  spec = InputSpec{};
  spec.std[1] = 0;
  EXPECT_THAT(refusal(picture.image(), spec), HasSubstr("std"));
  spec = InputSpec{};
  spec.mean[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refusal(picture.image(), spec), HasSubstr("mean"));
}

TEST_F(LetterboxRefusal, names_what_is_wrong_with_the_image) {
  const TestPicture picture(*device_, 4, 4);
  const InputSpec spec = pixels_of(8, 8);
  EXPECT_THAT(refusal(Image{}, spec), HasSubstr("empty"));
  Image image = picture.image();
  image.format.bit_depth = 14;
  EXPECT_THAT(refusal(image, spec), HasSubstr("14-bit"));
  image = picture.image();
  image.rotation = 4;
  EXPECT_THAT(refusal(image, spec), HasSubstr("rotation"));
  image = picture.image();
  image.colour.matrix = Matrix::unspecified;
  EXPECT_THAT(refusal(image, spec), HasSubstr("colour"));
}

class LetterboxTables : public test::LetterboxBench {
 protected:
  void run(Letterbox& letterbox, int width, int height) {
    const TestPicture picture(*device_, width, height);
    ASSERT_TRUE(letterbox.run(*stream_, picture.image(), slot_.address()).ok());
  }
  InputSpec spec_ = pixels_of(32, 32);
  Buffer slot_ = std::move(*device_->pool().lease(spec_.slot_bytes()));
};

TEST_F(LetterboxTables, cross_once_a_size) {
  Letterbox letterbox(*device_, spec_);
  run(letterbox, 64, 48);
  const std::uint64_t after_first = device_->ledger().bytes(Reason::tables);
  // Four axes of index and weight: 32 columns and 24 rows of luma, the same of chroma.
  EXPECT_EQ(after_first, 2U * 2U * (32U + 24U) * 4U);
  run(letterbox, 64, 48);
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), after_first);
  run(letterbox, 48, 64);
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), 2 * after_first);
  run(letterbox, 64, 48);
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), 2 * after_first);
}

TEST_F(LetterboxTables, do_not_grow_with_the_number_of_sizes) {
  Letterbox letterbox(*device_, spec_);
  for (int i = 0; i < 20; ++i) run(letterbox, 40 + i, 40);
  const std::uint64_t used = device_->pool().stats().used_bytes;
  for (int i = 0; i < 100; ++i) run(letterbox, 60 + i, 40);
  EXPECT_EQ(device_->pool().stats().used_bytes, used);
}

TEST_F(LetterboxTables, bring_no_pixel_to_the_host) {
  Letterbox letterbox(*device_, spec_);
  run(letterbox, 64, 48);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0U);
}

}  // namespace
}  // namespace lyn
