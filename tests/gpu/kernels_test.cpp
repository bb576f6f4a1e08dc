#include <string>

#include "gpu/on_gpu.h"
#include "kernels/one_field.h"
#include "stages/output/frame_dump.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {
namespace {

struct Picture {
  int width, height;
  PixelFormat format;
};

constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar, 8, false};
constexpr PixelFormat kI420{Chroma::yuv420, Layout::planar, 8, false};
constexpr PixelFormat kP010{Chroma::yuv420, Layout::semi_planar, 10, true};
constexpr PixelFormat kI010{Chroma::yuv420, Layout::planar, 10, false};
constexpr PixelFormat kP012{Chroma::yuv420, Layout::semi_planar, 12, true};
constexpr PixelFormat kI422{Chroma::yuv422, Layout::planar, 8, false};
constexpr PixelFormat kI444{Chroma::yuv444, Layout::planar, 8, false};
constexpr PixelFormat kGrey{Chroma::grey, Layout::planar, 8, false};

const Picture kPictures[] = {{1920, 1080, kNv12}, {768, 432, kI420}, {640, 360, kP010},  {641, 359, kNv12},
                             {17, 33, kI420},     {2, 2, kNv12},     {1280, 720, kI010}, {352, 288, kP012},
                             {720, 576, kI422},   {320, 240, kI444}, {333, 111, kGrey},  {3840, 2160, kNv12}};

std::string text_of(const Picture& picture) {
  return std::to_string(picture.width) + "x" + std::to_string(picture.height) + " depth " +
         std::to_string(picture.format.bit_depth) + " chroma " +
         std::to_string(static_cast<int>(picture.format.chroma)) + " layout " +
         std::to_string(static_cast<int>(picture.format.layout));
}

class Kernels : public OnGpu {
 protected:
  /// A slot with guard bytes around it, filled with a pattern that no kernel writes by chance.
  struct Guarded {
    static constexpr std::size_t kGuard = 4096;
    Buffer buffer;
    std::size_t bytes = 0;
    [[nodiscard]] ByteAddress inside() const { return buffer.address().offset_bytes(kGuard); }
  };

  static Guarded guarded(Device& device, Stream& stream, std::size_t bytes) {
    auto buffer = device.pool().lease(bytes + 2 * Guarded::kGuard);
    EXPECT_TRUE(buffer.ok());
    put(device, stream, buffer->address(), std::vector<std::byte>(bytes + 2 * Guarded::kGuard, std::byte{0xA5}));
    return {std::move(*buffer), bytes};
  }

  /// The letterboxed slot with its guards, as bytes.
  static std::vector<std::byte> letterboxed(Device& device, Stream& stream, const Picture& picture, int rotation,
                                            Range range, const InputSpec& spec) {
    Image image = random_image(device, stream, picture.width, picture.height, picture.format, 7);
    image.rotation = rotation;
    image.colour.range = range;
    Letterbox letterbox(device, spec);
    auto slot = guarded(device, stream, spec.slot_bytes());
    const auto geometry = letterbox.run(stream, image, slot.inside());
    EXPECT_TRUE(geometry.ok()) << geometry.error().text();
    return fetch(device, stream, slot.buffer.address(), slot.bytes + 2 * Guarded::kGuard);
  }

  void expect_same_letterbox(const Picture& picture, int rotation, Range range, const InputSpec& spec) {
    const auto cpu = letterboxed(*cpu_, *cpu_stream_, picture, rotation, range, spec);
    const auto gpu = letterboxed(*gpu_, *gpu_stream_, picture, rotation, range, spec);
    ASSERT_EQ(cpu.size(), gpu.size());
    std::size_t first = cpu.size();
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < cpu.size(); ++i) {
      if (cpu[i] == gpu[i]) continue;
      first = std::min(first, i);
      ++wrong;
    }
    EXPECT_EQ(wrong, 0U) << text_of(picture) << " rotation " << rotation << ": first at byte " << first << " of "
                         << cpu.size();
  }
};

TEST_F(Kernels, letterbox_gives_the_same_bits_on_both_devices) {
  InputSpec yolox;
  yolox.width = yolox.height = 416;
  yolox.order = ColourOrder::bgr;
  for (const Picture& picture : kPictures) {
    for (int rotation = 0; rotation < 4; ++rotation) expect_same_letterbox(picture, rotation, Range::limited, yolox);
    expect_same_letterbox(picture, 0, Range::full, yolox);
  }
}

TEST_F(Kernels, letterbox_by_area_and_in_nhwc_gives_the_same_bits) {
  for (const Resize resize : {Resize::bilinear, Resize::area}) {
    for (const SlotLayout layout : {SlotLayout::nchw, SlotLayout::nhwc}) {
      InputSpec spec;
      spec.width = spec.height = 224;
      spec.resize = resize;
      spec.layout = layout;
      for (const Picture& picture : kPictures) {
        for (int rotation = 0; rotation < 4; ++rotation) expect_same_letterbox(picture, rotation, Range::limited, spec);
      }
    }
  }
}

TEST_F(Kernels, letterbox_gives_the_same_bits_for_every_kind_of_input) {
  for (const ElementType type : {ElementType::float32, ElementType::float16, ElementType::uint8}) {
    InputSpec spec;
    spec.type = type;
    spec.pad = PadSide::both;
    if (type != ElementType::uint8) {
      spec.scale = 1.0F / 255;
      spec.mean[0] = 0.485F;
      spec.std[1] = 0.224F;
    }
    expect_same_letterbox(kPictures[0], 0, Range::limited, spec);
    expect_same_letterbox(kPictures[2], 1, Range::limited, spec);
  }
}

TEST_F(Kernels, frame_hash_is_the_same_on_both_devices) {
  auto cpu = FrameHash::create(*cpu_);
  auto gpu = FrameHash::create(*gpu_);
  LYN_ASSERT_OK(cpu);
  LYN_ASSERT_OK(gpu);
  for (const Picture& picture : kPictures) {
    const Image here = random_image(*cpu_, *cpu_stream_, picture.width, picture.height, picture.format, 11);
    const Image there = random_image(*gpu_, *gpu_stream_, picture.width, picture.height, picture.format, 11);
    auto expected = (*cpu)->of(*cpu_stream_, here);
    auto got = (*gpu)->of(*gpu_stream_, there);
    LYN_ASSERT_OK(expected);
    LYN_ASSERT_OK(got);
    EXPECT_EQ(*got, *expected) << text_of(picture);
  }
}

TEST_F(Kernels, one_field_is_the_same_on_both_devices) {
  const auto made = [](Device& device, Stream& stream, const Picture& picture, int kept) {
    const Image from = random_image(device, stream, picture.width, picture.height, picture.format, 5);
    auto to = make_image(device, picture.width, picture.height, picture.format, from.colour);
    EXPECT_TRUE(to.ok());
    const OneFieldArgs args = one_field_args(from, *to, kept);
    EXPECT_TRUE(device.launch(stream, kOneField, args, one_field_grid(args)).ok());
    EXPECT_TRUE(stream.synchronize().ok());
    return *to;
  };
  auto cpu = FrameHash::create(*cpu_);
  auto gpu = FrameHash::create(*gpu_);
  LYN_ASSERT_OK(cpu);
  LYN_ASSERT_OK(gpu);
  for (const Picture& picture : kPictures) {
    for (const int kept : {0, 1}) {
      auto expected = (*cpu)->of(*cpu_stream_, made(*cpu_, *cpu_stream_, picture, kept));
      auto got = (*gpu)->of(*gpu_stream_, made(*gpu_, *gpu_stream_, picture, kept));
      LYN_ASSERT_OK(expected);
      LYN_ASSERT_OK(got);
      EXPECT_EQ(*got, *expected) << text_of(picture) << " keeps " << kept;
    }
  }
}

}  // namespace
}  // namespace lyn
