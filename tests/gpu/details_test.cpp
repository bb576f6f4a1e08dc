#include <cstring>

#include "gpu/on_gpu.h"
#include "kernels/classify.h"
#include "kernels/keypoints.h"
#include "kernels/masks.h"

namespace lyn {
namespace {

constexpr int kSlots = 3;
constexpr int kAnchors = 500;

std::vector<float> floats(std::size_t count, float low, float high, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> any(low, high);
  std::vector<float> values(count);
  for (float& value : values) value = any(random);
  return values;
}

/// What goes with boxes, and classes: the same bits on both devices.
class Details : public OnGpu {
 protected:
  /// Memory of a device that lives as long as the test.
  ByteAddress memory(Device& device, Stream& stream, std::span<const std::byte> bytes) {
    auto lease = device.pool().lease(bytes.size());
    EXPECT_TRUE(lease.ok());
    buffers_.push_back(std::move(*lease));
    put(device, stream, buffers_.back().address(), bytes);
    return buffers_.back().address();
  }
  ByteAddress memory(Device& device, Stream& stream, std::size_t bytes) {
    return memory(device, stream, std::vector<std::byte>(bytes, std::byte{0x5A}));
  }
  RawOutput raw(Device& device, Stream& stream, const std::vector<float>& values) {
    return {memory(device, stream, std::as_bytes(std::span(values))).as<const std::uint8_t>(), ElementType::float32};
  }

  struct Kept {
    Address<const SlotBoxes> first;
    Address<const MoreBoxes> more;
    Address<const std::int32_t> anchors;
  };
  /// 0, 40 and 300 boxes of any size.
  Kept kept(Device& device, Stream& stream) {
    std::vector<SlotBoxes> first(kSlots);
    std::vector<MoreBoxes> more(kSlots);
    std::vector<std::int32_t> anchors(std::size_t{kSlots} * kMaxBoxes);
    std::mt19937 random(3);
    std::uniform_real_distribution<float> place(0, 640);
    const int counts[kSlots] = {0, 40, kMaxBoxes};
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      first[slot].count = counts[slot];
      for (int i = 0; i < counts[slot]; ++i) {
        const float x = place(random), y = place(random);
        store_box(first[slot], more[slot], i, {{x, y, x + place(random) / 4, y + place(random) / 4}, 0, 0.5F});
        anchors[slot * kMaxBoxes + static_cast<std::size_t>(i)] = static_cast<std::int32_t>(random() % kAnchors);
      }
    }
    return {memory(device, stream, std::as_bytes(std::span(first))).as<const SlotBoxes>(),
            memory(device, stream, std::as_bytes(std::span(more))).as<const MoreBoxes>(),
            memory(device, stream, std::as_bytes(std::span(anchors))).as<const std::int32_t>()};
  }

  template <class Run>
  void expect_same(Run run) {
    const auto cpu = run(*cpu_, *cpu_stream_);
    const auto gpu = run(*gpu_, *gpu_stream_);
    ASSERT_EQ(cpu.size(), gpu.size());
    EXPECT_EQ(std::memcmp(cpu.data(), gpu.data(), cpu.size()), 0);
    EXPECT_NE(cpu, std::vector<std::byte>(cpu.size(), std::byte{0x5A})) << "nothing was written";
  }

 private:
  std::vector<Buffer> buffers_;
};

TEST_F(Details, of_poses_give_the_same_bits_on_both_devices) {
  expect_same([&](Device& device, Stream& stream) {
    const Kept boxes = kept(device, stream);
    KeypointArgs args;
    args.count = 17;
    args.boxes = boxes_with_keypoints(args.count);
    args.first = 5;
    args.slot_step = kAnchors * 56;
    args.anchor_step = 1;
    args.value_step = kAnchors;
    const std::size_t bytes = sizeof(PackedKeypoint) * kSlots * static_cast<std::size_t>(args.boxes * args.count);
    args.raw = raw(device, stream, floats(std::size_t{kSlots} * kAnchors * 56, -20, 700, 1));
    args.results = boxes.first;
    args.anchors = boxes.anchors;
    args.keypoints = memory(device, stream, bytes).as<PackedKeypoint>();
    const Grid grid{static_cast<unsigned>(args.boxes * args.count), kSlots, 1};
    EXPECT_TRUE(device.launch(stream, kGatherKeypoints, args, grid).ok());
    return fetch(device, stream, args.keypoints.as<std::byte>(), bytes);
  });
}

TEST_F(Details, of_segmentation_give_the_same_bits_on_both_devices) {
  expect_same([&](Device& device, Stream& stream) {
    const Kept boxes = kept(device, stream);
    constexpr std::size_t kBytes = std::size_t{kSlots} * kMaskWords * sizeof(std::uint32_t);
    MaskArgs args;
    args.grid = {160, 160, 0.25F, 0.25F};
    args.prototype_count = 32;
    args.coefficients = raw(device, stream, floats(std::size_t{kSlots} * kAnchors * 37, -1, 1, 1));
    args.prototypes = raw(device, stream, floats(std::size_t{kSlots} * 32 * 160 * 160, -1, 1, 2));
    args.first = boxes.first;
    args.more = boxes.more;
    args.anchors = boxes.anchors;
    args.offsets = memory(device, stream, sizeof(std::int32_t) * kSlots * (kMaxBoxes + 1)).as<std::int32_t>();
    args.bits = memory(device, stream, kBytes).as<std::uint32_t>();
    args.first_value = 5;
    args.slot_step = kAnchors * 37;
    args.anchor_step = 37;
    args.value_step = 1;
    EXPECT_TRUE(device.launch(stream, kPlaceMasks, args, {1, kSlots, 1}).ok());
    EXPECT_TRUE(device.launch(stream, kFillMasks, args, {unsigned{kMaskWords}, kSlots, 1}).ok());
    return fetch(device, stream, args.bits.as<std::byte>(), kBytes);
  });
}

TEST_F(Details, of_classifiers_give_the_same_bits_on_both_devices) {
  for (const bool logits : {true, false}) {
    expect_same([&](Device& device, Stream& stream) {
      constexpr std::size_t kBytes = sizeof(TopClasses) * kSlots;
      ClassifyArgs args;
      args.classes = 1000;
      args.logits = logits;
      args.raw =
          raw(device, stream, floats(std::size_t{kSlots} * 1000, logits ? -9.0F : 0.0F, logits ? 9.0F : 1.0F, 4));
      args.results = memory(device, stream, kBytes).as<TopClasses>();
      EXPECT_TRUE(device.launch(stream, kClassify, args, {unsigned{kClassLanes}, kSlots, 1}).ok());
      return fetch(device, stream, args.results.as<std::byte>(), kBytes);
    });
  }
}

}  // namespace
}  // namespace lyn
