#include "kernels/motion.h"

#include <algorithm>
#include <random>

#include "gpu/on_gpu.h"
#include "stages/motion/motion_detector.h"

namespace lyn {
namespace {

struct Camera {
  int width, height;
  PixelFormat format;
  int rotation;
};

constexpr Camera kCameras[] = {
    {1920, 1080, {Chroma::yuv420, Layout::semi_planar, 8, false}, 0},
    {768, 432, {Chroma::yuv420, Layout::planar, 8, false}, 1},
    {641, 359, {Chroma::yuv420, Layout::semi_planar, 10, true}, 0},
    {333, 111, {Chroma::grey, Layout::planar, 8, false}, 3},
    {3, 2, {Chroma::yuv420, Layout::semi_planar, 8, false}, 0},
};

/// Luma of frame `index`, a row after the other: a wall with blocks that cross it, noise that grows, light that jumps,
/// a camera that shakes, and at last speckle all over, for components of every shape.
std::vector<std::byte> luma(const Camera& camera, int index) {
  std::mt19937 random(static_cast<unsigned>(index));
  const int sample_bytes = camera.format.sample_bytes();
  const int shake = index % 7 == 0 ? index % 5 : 0;
  const int light = index >= 30 && index < 45 ? 40 : 0;
  const unsigned noise = 2 + static_cast<unsigned>(index) / 8;
  std::vector<std::byte> bytes(static_cast<std::size_t>(camera.width * camera.height * sample_bytes));
  std::size_t at = 0;
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      int level = 40 + ((x + shake) / 37 * 29 + y / 23 * 17) % 90 + light + static_cast<int>(random() % noise);
      if (index >= 16 && (x - 6 * index) % 211 < 60 && x > 6 * index && y % 97 > 30) level += 70;
      if (index >= 52 && random() % 8 == 0) level = 255 - level;
      level = std::clamp(level, 0, 255) << (camera.format.bit_depth - 8);
      if (camera.format.high_bits) level <<= 16 - camera.format.bit_depth;
      bytes[at++] = static_cast<std::byte>(level & 0xff);
      if (sample_bytes == 2) bytes[at++] = static_cast<std::byte>(level >> 8);
    }
  }
  return bytes;
}

class Motion : public OnGpu {
 protected:
  static constexpr int kFrames = 64;

  static std::vector<Detection> boxes_of(Device& device, Stream& stream, const Camera& camera) {
    MotionDetector detector(device, {.min_area = 0.0001}, 1);
    auto image =
        make_image(device, camera.width, camera.height, camera.format, {Matrix::bt709, Range::limited, Siting::left});
    EXPECT_TRUE(image.ok());
    image->rotation = camera.rotation;
    const Plane& plane = image->planes[0];
    const auto row = static_cast<std::size_t>(camera.width * camera.format.sample_bytes());
    std::vector<Detection> all;
    for (int index = 0; index < kFrames; ++index) {
      const auto bytes = luma(camera, index);
      for (int y = 0; y < camera.height; ++y) {
        const auto line = std::span(bytes).subspan(static_cast<std::size_t>(y) * row, row);
        EXPECT_TRUE(device.copy_in(stream, Reason::tables, plane.data.offset_bytes(y * plane.pitch), line).ok());
      }
      const auto status = detector.run(stream, *image, index * 0.04, 0);
      EXPECT_TRUE(status.ok()) << status.error().text();
      EXPECT_TRUE(stream.synchronize().ok());
      for (const Detection& one : detector.boxes(0)) all.push_back(one);
      all.push_back({{}, index, 0});  // frames stay apart
    }
    return all;
  }
};

TEST_F(Motion, finds_the_same_boxes_to_the_bit_on_both_devices) {
  for (const Camera& camera : kCameras) {
    const auto here = boxes_of(*cpu_, *cpu_stream_, camera);
    const auto there = boxes_of(*gpu_, *gpu_stream_, camera);
    ASSERT_EQ(here.size(), there.size()) << camera.width << "x" << camera.height;
    if (camera.width > 100) {
      EXPECT_GT(here.size(), 2U * kFrames) << "the scene shows too little";
    }
    for (std::size_t i = 0; i < here.size(); ++i) {
      ASSERT_EQ(here[i].box, there[i].box) << camera.width << "x" << camera.height << " entry " << i;
      ASSERT_EQ(here[i].score, there[i].score) << camera.width << "x" << camera.height << " entry " << i;
      ASSERT_EQ(here[i].class_id, there[i].class_id);
    }
  }
}

}  // namespace
}  // namespace lyn
