#include "device/image.h"

#include <gtest/gtest.h>

#include "device/cpu/cpu_device.h"

namespace lyn {
namespace {

class MakeImage : public testing::Test {
 protected:
  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
};

struct Case {
  PixelFormat format;
  int width, height;
  int chroma_width, chroma_height;
  std::int64_t pitch, chroma_pitch;
};

TEST_F(MakeImage, LaysOutPlanesByFormat) {
  const Case cases[] = {
      {{Chroma::yuv420, Layout::planar, 8, false}, 5, 3, 3, 2, 64, 64},
      {{Chroma::yuv420, Layout::semi_planar, 8, false}, 100, 4, 50, 2, 128, 128},
      {{Chroma::yuv420, Layout::planar, 10, false}, 33, 4, 17, 2, 128, 64},
      {{Chroma::yuv420, Layout::semi_planar, 10, true}, 33, 4, 17, 2, 128, 128},
      {{Chroma::yuv422, Layout::planar, 8, false}, 65, 3, 33, 3, 128, 64},
      {{Chroma::yuv444, Layout::planar, 8, false}, 65, 3, 65, 3, 128, 128},
  };
  for (const Case& c : cases) {
    const auto image = make_image(*device_, c.width, c.height, c.format, {});
    ASSERT_TRUE(image.ok());
    EXPECT_EQ(image->planes[0].width, c.width);
    EXPECT_EQ(image->planes[0].pitch, c.pitch);
    EXPECT_EQ(image->planes[1].width, c.chroma_width);
    EXPECT_EQ(image->planes[1].height, c.chroma_height);
    EXPECT_EQ(image->planes[1].pitch, c.chroma_pitch);
    EXPECT_EQ(image->planes[1].data.raw - image->planes[0].data.raw, static_cast<std::uintptr_t>(c.pitch * c.height));
    EXPECT_EQ(image->planes[2].data.null(), c.format.layout == Layout::semi_planar);
  }
}

TEST_F(MakeImage, GreyHasNoChroma) {
  const auto image = make_image(*device_, 10, 10, {Chroma::grey, Layout::planar, 8, false}, {});
  ASSERT_TRUE(image.ok());
  EXPECT_TRUE(image->planes[1].data.null());
}

TEST_F(MakeImage, ItsColourIsResolved) {
  const auto image = make_image(*device_, 1280, 720, {}, {});
  EXPECT_EQ(image->colour, (Colour{Matrix::bt709, Range::limited, Siting::left}));
}

TEST_F(MakeImage, TheLastCopyGivesTheMemoryBack) {
  {
    const auto image = make_image(*device_, 1920, 1080, {}, {});
    Image copy = *image;
    EXPECT_GE(device_->pool().stats().used_bytes, 1920u * 1080 * 3 / 2);
  }
  EXPECT_EQ(device_->pool().stats().used_bytes, 0u);
}

TEST_F(MakeImage, RefusesSizesThatArePicturesOfNothing) {
  for (const auto& [width, height] : {std::pair{0, 10}, {10, -1}, {70'000, 10}}) {
    const auto image = make_image(*device_, width, height, {}, {});
    ASSERT_FALSE(image.ok());
    EXPECT_NE(image.error().what.find(std::to_string(width) + "x"), std::string::npos);
  }
}

}  // namespace
}  // namespace lyn
