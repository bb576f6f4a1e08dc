#include "stages/decode/av_formats.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(PixelFormats, of_8_to_12_bits_are_expressed) {
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_YUV420P), (PixelFormat{Chroma::yuv420, Layout::planar, 8, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_YUVJ422P), (PixelFormat{Chroma::yuv422, Layout::planar, 8, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_YUV444P10LE), (PixelFormat{Chroma::yuv444, Layout::planar, 10, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_GRAY8), (PixelFormat{Chroma::grey, Layout::planar, 8, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_GRAY12LE), (PixelFormat{Chroma::grey, Layout::planar, 12, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_YUVA420P), (PixelFormat{Chroma::yuv420, Layout::planar, 8, false}))
      << "alpha is left out";
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_NV12), (PixelFormat{Chroma::yuv420, Layout::semi_planar, 8, false}));
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_P010LE), (PixelFormat{Chroma::yuv420, Layout::semi_planar, 10, true}));
}

TEST(PixelFormats, that_an_image_cannot_express_are_none) {
  for (const auto format : {AV_PIX_FMT_NV21, AV_PIX_FMT_YUYV422, AV_PIX_FMT_GBRP, AV_PIX_FMT_RGB24, AV_PIX_FMT_PAL8,
                            AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_YUV420P14LE,
                            AV_PIX_FMT_YUV420P16LE, AV_PIX_FMT_MONOBLACK, AV_PIX_FMT_CUDA, AV_PIX_FMT_NONE}) {
    EXPECT_FALSE(pixel_format_of(format).has_value()) << av_get_pix_fmt_name(format);
  }
}

}  // namespace
}  // namespace lyn
