#include "stages/overlay/overlay.h"

#include <cstdlib>

#include "gpu/on_gpu.h"

namespace lyn {
namespace {

constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar, 8, false};
constexpr PixelFormat kI420{Chroma::yuv420, Layout::planar, 8, false};
constexpr PixelFormat kP010{Chroma::yuv420, Layout::semi_planar, 10, true};
constexpr PixelFormat kI444{Chroma::yuv444, Layout::planar, 8, false};

struct Picture {
  int width, height, rotation;
  PixelFormat format;
};
const Picture kPictures[] = {{768, 432, 0, kI420}, {1920, 1080, 0, kNv12}, {640, 360, 1, kP010},
                             {641, 359, 2, kNv12}, {321, 201, 3, kI420},   {320, 240, 0, kI444}};

class OverlayParity : public OnGpu {
 protected:
  /// Three frames drawn one after the other (trails grow); the planes of the last.
  static std::vector<std::vector<std::byte>> drawn(Device& device, Stream& stream, const Picture& picture,
                                                   Layout layout) {
    OverlayOptions options;
    options.layout = layout;
    if (const char* font = std::getenv("LYN_GPU_FONT")) options.font = font;
    auto overlay = Overlay::create(device, options);
    EXPECT_TRUE(overlay.ok()) << overlay.error().text();
    std::vector<std::vector<std::byte>> planes;
    for (int frame = 0; frame < 3; ++frame) {
      Image image = random_image(device, stream, picture.width, picture.height, picture.format, 23);
      image.rotation = picture.rotation;
      const auto shift = static_cast<float>(frame * 9);
      const OverlayItem items[] = {
          {{10 + shift, 20, 120 + shift, 180}, 1, 0, "person 0.87"},
          {{200, 5 + shift, 400, 90 + shift}, 2, 2, "Größe ✓"},
          {{-50, -50, 40, 40}, 0, 5, "partly outside"},
          {{150, 100, 5000, 5000}, 3, 7, ""},
      };
      auto result = (*overlay)->draw(stream, image, items);
      EXPECT_TRUE(result.ok()) << result.error().text();
      EXPECT_TRUE(stream.wait(result->ready).ok());
      if (frame == 2) planes = planes_of(device, stream, *result);
    }
    return planes;
  }

  static std::vector<std::vector<std::byte>> planes_of(Device& device, Stream& stream, const Image& image) {
    std::vector<std::vector<std::byte>> planes;
    for (int i = 0; i < image.format.planes(); ++i) {
      const Plane& plane = image.planes.at(static_cast<std::size_t>(i));
      const int samples = plane.width * (i > 0 && image.format.layout == Layout::semi_planar ? 2 : 1);
      std::vector<std::byte> bytes(static_cast<std::size_t>(samples * plane.height));
      const CopyShape shape{static_cast<std::size_t>(samples), static_cast<std::size_t>(plane.height),
                            static_cast<std::size_t>(plane.pitch), static_cast<std::size_t>(samples)};
      EXPECT_TRUE(device.copy_out_rows(stream, Reason::frames, bytes.data(), plane.data, shape).ok());
      EXPECT_TRUE(stream.synchronize().ok());
      planes.push_back(std::move(bytes));
    }
    return planes;
  }
};

TEST_F(OverlayParity, draws_the_same_bits_on_both_devices) {
  for (const Picture& picture : kPictures) {
    for (const Layout layout : {Layout::planar, Layout::semi_planar}) {
      const auto cpu = drawn(*cpu_, *cpu_stream_, picture, layout);
      const auto gpu = drawn(*gpu_, *gpu_stream_, picture, layout);
      EXPECT_TRUE(cpu == gpu) << picture.width << "x" << picture.height << " rotation " << picture.rotation;
    }
  }
}

}  // namespace
}  // namespace lyn
