#include <cstring>
#include <limits>

#include "gpu/on_gpu.h"
#include "kernels/detr_head.h"
#include "kernels/yolo_heads.h"

namespace lyn {
namespace {

constexpr int kSlots = 3;
constexpr int kClasses = 7;
constexpr std::size_t kGuard = 1024;

/// Outputs of all magnitudes, with numbers among them that no model should give.
std::vector<float> hostile_floats(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(0.0F, 1.0F);
  std::vector<float> values(count);
  for (float& value : values) {
    const float dice = unit(random);
    value = dice < 0.6F ? unit(random) : (unit(random) - 0.5F) * 20;
    if (dice > 0.997F) value = std::numeric_limits<float>::quiet_NaN();
    if (dice > 0.994F && dice < 0.997F) value = std::numeric_limits<float>::infinity();
  }
  return values;
}

class Heads : public OnGpu {
 protected:
  /// Outputs on a device, in any type.
  static RawOutput upload(Device& device, Stream& stream, const std::vector<float>& values, ElementType type,
                          Buffer& memory) {
    std::vector<std::byte> bytes(values.size() * element_bytes(type));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint16_t half = to_half(values[i]);
      if (type == ElementType::float32) std::memcpy(&bytes[i * 4], &values[i], 4);
      if (type == ElementType::float16) std::memcpy(&bytes[i * 2], &half, 2);
      if (type == ElementType::int64) {
        const auto whole = static_cast<std::int64_t>(values[i]);
        std::memcpy(&bytes[i * 8], &whole, 8);
      }
    }
    auto lease = device.pool().lease(bytes.size());
    EXPECT_TRUE(lease.ok());
    memory = std::move(*lease);
    put(device, stream, memory.address(), bytes);
    return {memory.address().as<const std::uint8_t>(), type};
  }

  /// Candidates with guard bytes around each of their arrays, as one block of memory.
  struct Block {
    Buffer memory;
    Candidates candidates;
    std::size_t bytes = 0;
  };
  static Block block(Device& device, Stream& stream, int anchors) {
    const std::size_t all = static_cast<std::size_t>(kSlots) * static_cast<std::size_t>(anchors);
    const std::size_t boxes_at = 2 * kGuard + all * sizeof(std::uint64_t);
    const std::size_t classes_at = boxes_at + all * sizeof(Box) + kGuard;
    Block made;
    made.bytes = classes_at + all * sizeof(std::int32_t) + kGuard;
    auto lease = device.pool().lease(made.bytes);
    EXPECT_TRUE(lease.ok());
    made.memory = std::move(*lease);
    put(device, stream, made.memory.address(), std::vector<std::byte>(made.bytes, std::byte{0x5A}));
    const auto at = [&](std::size_t offset) {
      return made.memory.address().offset_bytes(static_cast<std::ptrdiff_t>(offset));
    };
    made.candidates = {at(kGuard).as<std::uint64_t>(), at(boxes_at).as<Box>(), at(classes_at).as<std::int32_t>(),
                       anchors};
    return made;
  }

  template <class Args>
  static std::vector<std::byte> launched(Device& device, Stream& stream, const Kernel& kernel, const Args& args,
                                         const Block& block) {
    const Grid grid{static_cast<unsigned>(args.candidates.anchors), kSlots, 1};
    EXPECT_TRUE(device.launch(stream, kernel, args, grid).ok());
    return fetch(device, stream, block.memory.address(), block.bytes);
  }

  /// What a head with one output leaves on a device.
  template <class Args>
  static std::vector<std::byte> one_output(Device& device, Stream& stream, const Kernel& kernel, Args args, int anchors,
                                           int row, ElementType type) {
    Buffer memory;
    const Block to = block(device, stream, anchors);
    args.raw =
        upload(device, stream, hostile_floats(static_cast<std::size_t>(kSlots * anchors * row), 5), type, memory);
    args.candidates = to.candidates;
    return launched(device, stream, kernel, args, to);
  }

  template <class Run>
  void expect_same(const char* what, Run run) {
    const auto cpu = run(*cpu_, *cpu_stream_);
    const auto gpu = run(*gpu_, *gpu_stream_);
    ASSERT_EQ(cpu.size(), gpu.size());
    EXPECT_EQ(std::memcmp(cpu.data(), gpu.data(), cpu.size()), 0) << what;
    EXPECT_NE(cpu, std::vector<std::byte>(cpu.size(), std::byte{0x5A})) << what << " wrote nothing";
  }
};

TEST_F(Heads, of_the_yolo_family_give_the_same_bits_on_both_devices) {
  constexpr int kAnchors = 1003;
  for (const ElementType type : {ElementType::float32, ElementType::float16}) {
    expect_same("yolov5", [&](Device& device, Stream& stream) {
      return one_output(device, stream, kYolov5Head, Yolov5Args{{}, {}, kClasses, 0.1F}, kAnchors, 5 + kClasses, type);
    });
    expect_same("yolov8", [&](Device& device, Stream& stream) {
      const Yolov8Args args{{}, {}, 4 + kClasses + 3, kClasses, 0.1F};
      return one_output(device, stream, kYolov8Head, args, kAnchors, args.channels, type);
    });
    for (const bool centred : {false, true}) {
      expect_same(centred ? "rows of centres" : "rows of corners", [&](Device& device, Stream& stream) {
        const EndToEndArgs args{{}, {}, 6, kClasses, 0.1F, centred, 640, 480};
        return one_output(device, stream, kEndToEndHead, args, kAnchors, args.columns, type);
      });
    }
  }
}

TEST_F(Heads, of_detr_give_the_same_bits_on_both_devices) {
  constexpr int kQueries = 301;
  for (const ElementType type : {ElementType::float32, ElementType::float16}) {
    expect_same("logits and boxes", [&](Device& device, Stream& stream) {
      Buffer scores, boxes;
      const Block to = block(device, stream, kQueries * kClasses);
      DetrArgs args;
      args.scores = upload(device, stream, hostile_floats(kSlots * kQueries * kClasses, 6), type, scores);
      args.boxes = upload(device, stream, hostile_floats(kSlots * kQueries * 4, 7), type, boxes);
      args.candidates = to.candidates;
      args.score_stride = args.classes = kClasses;
      args.width = args.height = 640;
      return launched(device, stream, kDetrHead, args, to);
    });
    expect_same("labels, boxes and scores", [&](Device& device, Stream& stream) {
      Buffer labels, scores, boxes;
      const Block to = block(device, stream, kQueries);
      DetrDeployArgs args;
      args.labels = upload(device, stream, std::vector<float>(kSlots * kQueries, 1.0F), ElementType::int64, labels);
      args.boxes = upload(device, stream, hostile_floats(kSlots * kQueries * 4, 8), type, boxes);
      args.scores = upload(device, stream, hostile_floats(kSlots * kQueries, 9), type, scores);
      args.candidates = to.candidates;
      args.classes = kClasses;
      return launched(device, stream, kDetrDeployHead, args, to);
    });
  }
}

}  // namespace
}  // namespace lyn
