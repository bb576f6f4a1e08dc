#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "kernels/draw.h"
#include "kernels/test_picture.h"

namespace lyn::test {

inline DrawCommand command(DrawKind kind, int x0, int y0, int x1, int y1, int alpha = 255) {
  DrawCommand made{};
  made.x0 = static_cast<std::int16_t>(x0);
  made.y0 = static_cast<std::int16_t>(y0);
  made.x1 = static_cast<std::int16_t>(x1);
  made.y1 = static_cast<std::int16_t>(y1);
  made.kind = kind;
  made.y = 200;
  made.u = 40;
  made.v = 60;
  made.alpha = static_cast<std::uint8_t>(alpha);
  made.size = 2;
  return made;
}

inline std::uint32_t point(int x, int y) {
  return static_cast<std::uint16_t>(x) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(y)) << 16;
}

class Draw : public testing::Test {
 protected:
  template <class T>
  Address<const T> on_device(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    buffers_.push_back(std::move(*device_->pool().lease(bytes.size() + 1)));
    if (!bytes.empty()) {
      EXPECT_TRUE(device_->copy_in(*stream_, Reason::overlay, buffers_.back().address(), bytes).ok());
    }
    return buffers_.back().address().as<const T>();
  }

  DrawArgs args(const TestPicture& target, const std::vector<DrawCommand>& commands) {
    DrawArgs made = draw_args(target.image());
    made.commands = on_device(commands);
    made.command_count = static_cast<int>(commands.size());
    made.payload = on_device(payload_);
    made.shapes = on_device(shapes_);
    made.atlas = on_device(atlas_);
    made.blocks_x = target.image().width / 2;
    made.blocks_y = target.image().height / 2;
    return made;
  }

  void run(const TestPicture& target, const std::vector<DrawCommand>& commands) {
    const DrawArgs made = args(target, commands);
    EXPECT_TRUE(device_->launch(*stream_, kDrawKernel, made, draw_grid(made)).ok());
    EXPECT_TRUE(target.guards_intact());
  }

  TestPicture grey_picture(int width, int height, PixelFormat format = {}) {
    TestPicture picture(*device_, width, height, format);
    picture.fill(100, 128, 128);
    return picture;
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
  std::vector<Buffer> buffers_;
  std::vector<std::uint32_t> payload_;
  std::vector<GlyphShape> shapes_;
  std::vector<std::uint8_t> atlas_;
};

/// A mask's header as payload words.
inline std::vector<std::uint32_t> words_of(const MaskPayload& header) {
  std::vector<std::uint32_t> words(kMaskHeaderWords);
  std::memcpy(words.data(), &header, sizeof(header));
  return words;
}

}  // namespace lyn::test
