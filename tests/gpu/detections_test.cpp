#include <cstring>
#include <limits>

#include "gpu/on_gpu.h"
#include "kernels/nms.h"
#include "kernels/yolox_head.h"

namespace lyn {
namespace {

struct Scene {
  const char* name;
  int size;  ///< of the square input
  int classes;
  int slots;
  float floor;
  float density;  ///< share of anchors whose objectness is high
  bool hostile;   ///< NaN, infinities and equal scores among them
};

const Scene kScenes[] = {{"a street", 416, 80, 3, 0.1F, 0.01F, false},
                         {"a crowd", 416, 80, 1, 0.1F, 0.4F, false},
                         {"more candidates than NMS takes", 640, 4, 2, 0.01F, 0.95F, false},
                         {"one class", 640, 1, 1, 0.1F, 0.2F, false},
                         {"nothing", 416, 80, 2, 0.1F, 0.0F, false},
                         {"hostile numbers", 416, 80, 2, 0.1F, 0.3F, true}};

/// Raw YOLOX outputs: clustered boxes, so that NMS has work.
std::vector<float> raw_outputs(const Scene& scene) {
  const int anchors = yolox_anchors(scene.size, scene.size);
  const std::size_t row = static_cast<std::size_t>(5 + scene.classes);
  std::mt19937 random(17);
  std::uniform_real_distribution<float> unit(0.0F, 1.0F);
  std::vector<float> raw(static_cast<std::size_t>(scene.slots * anchors) * row);
  for (std::size_t at = 0; at < raw.size(); at += row) {
    for (std::size_t i = 0; i < 2; ++i) raw[at + i] = unit(random) * 4 - 2;
    for (std::size_t i = 2; i < 4; ++i) raw[at + i] = unit(random) * 3 - 0.5F;
    raw[at + 4] = unit(random) < scene.density ? 0.5F + unit(random) / 2 : unit(random) * 0.05F;
    for (std::size_t i = 5; i < row; ++i) raw[at + i] = unit(random) < 0.05F ? 0.9F : unit(random) * 0.3F;
    if (!scene.hostile) continue;
    const float dice = unit(random);
    if (dice < 0.02F) raw[at + 2] = std::numeric_limits<float>::infinity();
    if (dice > 0.98F) raw[at + 4] = std::numeric_limits<float>::quiet_NaN();
    if (dice > 0.4F && dice < 0.5F) raw[at + 4] = raw[at + 5] = 1.0F;
  }
  return raw;
}

class Detections : public OnGpu {
 protected:
  static constexpr std::size_t kGuard = 1024;

  /// Where the second part of the results lies: a guard, the first part, a guard, the second, a guard.
  static std::size_t more_at(const Scene& scene) {
    return 2 * kGuard + static_cast<std::size_t>(scene.slots) * sizeof(SlotBoxes);
  }

  /// Head and NMS over the scene on one device: the results with their guard bytes.
  static std::vector<std::byte> run(Device& device, Stream& stream, const Scene& scene) {
    const auto raw = raw_outputs(scene);
    const int anchors = yolox_anchors(scene.size, scene.size);
    const auto all = static_cast<std::size_t>(scene.slots * anchors);
    const std::size_t result_bytes =
        more_at(scene) + static_cast<std::size_t>(scene.slots) * sizeof(MoreBoxes) + kGuard;
    auto input = device.pool().lease(raw.size() * sizeof(float));
    auto keys = device.pool().lease(all * sizeof(std::uint64_t));
    auto boxes = device.pool().lease(all * sizeof(Box));
    auto classes = device.pool().lease(all * sizeof(std::int32_t));
    auto results = device.pool().lease(result_bytes);
    EXPECT_TRUE(input.ok() && keys.ok() && boxes.ok() && classes.ok() && results.ok());
    put(device, stream, input->address(), std::as_bytes(std::span(raw)));
    put(device, stream, results->address(), std::vector<std::byte>(result_bytes, std::byte{0x5A}));
    const Candidates candidates{keys->address().as<std::uint64_t>(), boxes->address().as<Box>(),
                                classes->address().as<std::int32_t>(), anchors};
    const YoloxArgs decode{
        {input->address().as<const std::uint8_t>()}, candidates, scene.size, scene.size, scene.classes, scene.floor};
    const Grid grid{static_cast<unsigned>(anchors), static_cast<unsigned>(scene.slots), 1};
    EXPECT_TRUE(device.launch(stream, kYoloxHead, decode, grid).ok());
    const NmsArgs nms{candidates, results->address().offset_bytes(kGuard).as<SlotBoxes>(),
                      results->address().offset_bytes(static_cast<std::ptrdiff_t>(more_at(scene))).as<MoreBoxes>(),
                      0.45F};
    EXPECT_TRUE(device.launch(stream, kNms, nms, nms_grid(scene.slots)).ok());
    return fetch(device, stream, results->address(), result_bytes);
  }

  static SlotBoxes slot(const std::vector<std::byte>& bytes, int index) {
    SlotBoxes boxes;
    std::memcpy(&boxes, &bytes[kGuard + static_cast<std::size_t>(index) * sizeof(SlotBoxes)], sizeof boxes);
    return boxes;
  }
};

TEST_F(Detections, are_the_same_bits_on_both_devices) {
  for (const Scene& scene : kScenes) {
    const auto cpu = run(*cpu_, *cpu_stream_, scene);
    const auto gpu = run(*gpu_, *gpu_stream_, scene);
    // Entries behind `count` keep what was there before, on both: everything must be equal.
    ASSERT_EQ(cpu.size(), gpu.size());
    for (int i = 0; i < scene.slots; ++i) {
      const SlotBoxes expected = slot(cpu, i);
      const SlotBoxes got = slot(gpu, i);
      EXPECT_EQ(got.count, expected.count) << scene.name;
      EXPECT_EQ(got.candidates, expected.candidates) << scene.name;
    }
    EXPECT_EQ(std::memcmp(cpu.data(), gpu.data(), cpu.size()), 0) << scene.name;
  }
}

}  // namespace
}  // namespace lyn
