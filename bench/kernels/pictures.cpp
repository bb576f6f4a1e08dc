#include <cstdlib>
#include <utility>

#include "bench.h"
#include "kernels/frame_hash.h"
#include "kernels/one_field.h"
#include "stages/motion/motion_detector.h"
#include "stages/overlay/overlay.h"
#include "stages/preprocess/letterbox.h"

// Kernels that read pictures: of 1920x1080, as NVDEC (NV12) and libavcodec (planar) give them.
namespace lyn::bench {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr PixelFormat kI420{};
constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar};
constexpr PixelFormat kTen{Chroma::yuv420, Layout::planar, 10};

void add_letterbox(const std::string& name, PixelFormat format, int side, ElementType type,
                   Resize resize = Resize::bilinear) {
  InputSpec spec;
  spec.resize = resize;
  spec.width = spec.height = side;
  spec.type = type;
  const Image image = picture(kWidth, kHeight, format);
  auto letterbox = std::make_shared<Letterbox>(*place().device, spec);
  auto slot = std::make_shared<Buffer>(blank(spec.slot_bytes()));
  add(name, bytes_of(image) + spec.slot_bytes(), [=]() -> Status {
    LYN_CHECK(letterbox->run(*place().stream, image, slot->address()));
    return {};
  });
}

void add_overlay(const std::string& name, PixelFormat format, int boxes) {
  const Image image = picture(kWidth, kHeight, format);
  OverlayOptions options;
  options.trails = false;
  if (const char* font = std::getenv("LYN_GPU_FONT")) options.font = font;  // where the machine has none
  auto made = Overlay::create(*place().device, options);
  if (!made) return add(name, 0, [error = made.error()]() -> Status { return error; });
  std::shared_ptr<Overlay> overlay = std::move(*made);
  std::vector<OverlayItem> items;
  for (int i = 0; i < boxes; ++i) {
    const auto at = static_cast<float>(i);
    items.push_back({{40 + 80 * at, 30 + 40 * at, 240 + 80 * at, 330 + 40 * at}, i + 1, i % 3, "person 0.87"});
  }
  const std::size_t out = kWidth * kHeight * 3 / 2;
  add(name, bytes_of(image) + out, [=]() -> Status {
    LYN_CHECK(overlay->draw(*place().stream, image, items));
    return {};
  });
}

void add_hash(const std::string& name, PixelFormat format) {
  const Image image = picture(kWidth, kHeight, format);
  auto result = std::make_shared<Buffer>(blank(sizeof(std::uint64_t)));
  add(name, bytes_of(image), [=]() -> Status {
    Device& device = *place().device;
    const FrameHashArgs args = frame_hash_args(image, result->address().as<std::uint64_t>());
    LYN_CHECK(device.launch(*place().stream, kFrameHashBegin, args, Grid{}));
    return device.launch(*place().stream, kFrameHash, args, frame_hash_grid(args));
  });
}

void add_one_field(const std::string& name, PixelFormat format) {
  const Image from = picture(kWidth, kHeight, format);
  const Image to = picture(kWidth, kHeight, format);
  const OneFieldArgs args = one_field_args(from, to, 0);
  add(name, bytes_of(from) + bytes_of(to), [=]() -> Status {
    (void)to.lease;
    (void)from.lease;
    return place().device->launch(*place().stream, kOneField, args, one_field_grid(args));
  });
}

/// Next to nothing: what a launch costs by itself.
void add_launch(const std::string& name) {
  const Image image = picture(64, 64, kNv12);
  auto result = std::make_shared<Buffer>(blank(sizeof(std::uint64_t)));
  add(name, 2 * sizeof(std::uint64_t), [=]() -> Status {
    const FrameHashArgs args = frame_hash_args(image, result->address().as<std::uint64_t>());
    return place().device->launch(*place().stream, kFrameHashBegin, args, Grid{});
  });
}

void add_motion(const std::string& name) {
  const Image image = picture(kWidth, kHeight, kI420);
  auto detector = std::make_shared<MotionDetector>(*place().device, MotionOptions{}, 1);
  auto seconds = std::make_shared<double>(0);
  add(name, static_cast<std::size_t>(kWidth) * kHeight, [=]() -> Status {
    *seconds += 0.04;
    return detector->run(*place().stream, image, *seconds, 0);
  });
}

}  // namespace

void add_picture_kernels() {
  add_launch("launch");
  add_letterbox("letterbox/i420/640/float32", kI420, 640, ElementType::float32);
  add_letterbox("letterbox/nv12/640/float32", kNv12, 640, ElementType::float32);
  add_letterbox("letterbox/10-bit/640/float32", kTen, 640, ElementType::float32);
  add_letterbox("letterbox/i420/416/float32", kI420, 416, ElementType::float32);
  add_letterbox("letterbox/i420/640/float16", kI420, 640, ElementType::float16);
  add_letterbox("letterbox/i420/640/area", kI420, 640, ElementType::float32, Resize::area);
  add_overlay("compose/i420", kI420, 0);
  add_overlay("compose/nv12", kNv12, 0);
  add_overlay("compose/10-bit", kTen, 0);
  add_overlay("compose+draw/i420/15-boxes", kI420, 15);
  add_hash("frame_hash/i420", kI420);
  add_hash("frame_hash/nv12", kNv12);
  add_hash("frame_hash/10-bit", kTen);
  add_one_field("one_field/i420", kI420);
  add_one_field("one_field/10-bit", kTen);
  add_motion("motion/1080p");
}

}  // namespace lyn::bench
