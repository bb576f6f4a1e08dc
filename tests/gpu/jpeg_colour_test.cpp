#include "kernels/jpeg_colour.h"

#include "gpu/on_gpu.h"

namespace lyn {
namespace {

class JpegColourParity : public OnGpu {
 protected:
  /// All planes of what a random picture becomes, one behind the other.
  static std::vector<std::byte> converted(Device& device, Stream& stream, int width, int height, Colour colour) {
    Image image = random_image(device, stream, width, height, {}, 31);
    image.colour = colour;
    auto target = make_image(device, width, height, {}, colour);
    EXPECT_TRUE(target.ok());
    const auto args = jpeg_colour_args(image, *target);
    EXPECT_TRUE(args.ok());
    EXPECT_TRUE(device.launch(stream, kJpegColourKernel, *args, jpeg_colour_grid(*args)).ok());
    std::vector<std::byte> all;
    for (const Plane& plane : target->planes) {
      for (int row = 0; row < plane.height; ++row) {
        const auto bytes =
            fetch(device, stream, plane.data.offset_bytes(row * plane.pitch), static_cast<std::size_t>(plane.width));
        all.insert(all.end(), bytes.begin(), bytes.end());
      }
    }
    return all;
  }
};

TEST_F(JpegColourParity, gives_the_same_bits_on_both_devices) {
  for (const Matrix matrix : {Matrix::bt601, Matrix::bt709, Matrix::bt2020}) {
    for (const Range range : {Range::limited, Range::full}) {
      for (const auto& [width, height] : {std::pair{640, 360}, std::pair{2, 2}, std::pair{66, 34}}) {
        const Colour colour{matrix, range, Siting::left};
        EXPECT_EQ(converted(*cpu_, *cpu_stream_, width, height, colour),
                  converted(*gpu_, *gpu_stream_, width, height, colour))
            << width << "x" << height;
      }
    }
  }
}

}  // namespace
}  // namespace lyn
