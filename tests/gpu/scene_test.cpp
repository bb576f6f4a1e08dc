#include "gpu/on_gpu.h"
#include "stages/scene/scene_probe.h"

namespace lyn {
namespace {

struct Camera {
  int width, height;
  PixelFormat format;
};

constexpr Camera kCameras[] = {
    {1920, 1080, {Chroma::yuv420, Layout::semi_planar, 8, false}},
    {641, 359, {Chroma::yuv420, Layout::semi_planar, 10, true}},
    {333, 111, {Chroma::grey, Layout::planar, 8, false}},
    {3, 2, {Chroma::yuv420, Layout::semi_planar, 8, false}},
};

class Scene : public OnGpu {
 protected:
  /// A view that stays for a few looks and is another one then.
  static std::vector<SceneLook> looks_of(Device& device, Stream& stream, const Camera& camera) {
    SceneProbe probe(device);
    std::vector<SceneLook> looks;
    for (unsigned i = 0; i < 6; ++i) {
      const Image image = random_image(device, stream, camera.width, camera.height, camera.format, i < 4 ? 7 : 8);
      EXPECT_TRUE(probe.look(stream, image, i == 2 ? 0.25 : 0).ok());
      EXPECT_TRUE(stream.synchronize().ok());
      const auto look = probe.take();
      EXPECT_TRUE(look.has_value());
      looks.push_back(look.value_or(SceneLook{}));
    }
    return looks;
  }
};

TEST_F(Scene, sees_the_same_to_the_bit_on_both_devices) {
  for (const Camera& camera : kCameras) {
    const auto here = looks_of(*cpu_, *cpu_stream_, camera);
    const auto there = looks_of(*gpu_, *gpu_stream_, camera);
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(here[i].hash, there[i].hash) << camera.width << "x" << camera.height << " look " << i;
      for (std::size_t c = 0; c < here[i].cells.size(); ++c) {
        ASSERT_EQ(here[i].cells[c].mean, there[i].cells[c].mean) << camera.width << " look " << i << " cell " << c;
        ASSERT_EQ(here[i].cells[c].edges, there[i].cells[c].edges) << camera.width << " look " << i << " cell " << c;
        ASSERT_EQ(here[i].cells[c].known, there[i].cells[c].known) << camera.width << " look " << i << " cell " << c;
        ASSERT_EQ(here[i].cells[c].marks, there[i].cells[c].marks) << camera.width << " look " << i << " cell " << c;
        ASSERT_EQ(here[i].cells[c].same, there[i].cells[c].same) << camera.width << " look " << i << " cell " << c;
      }
    }
  }
}

TEST_F(Scene, keeps_a_picture_until_its_look_was_taken) {
  SceneProbe probe(*gpu_);
  Image image = random_image(*gpu_, *gpu_stream_, 640, 360, kCameras[0].format, 1);
  const std::weak_ptr<const void> lease = image.lease;
  LYN_ASSERT_OK(probe.look(*gpu_stream_, image, 0));
  image = {};
  EXPECT_FALSE(lease.expired());
  LYN_ASSERT_OK(gpu_stream_->synchronize());
  ASSERT_TRUE(probe.take().has_value());
  EXPECT_TRUE(lease.expired());
}

}  // namespace
}  // namespace lyn
