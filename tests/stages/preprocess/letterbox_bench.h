#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/device.h"
#include "kernels/test_picture.h"
#include "stages/preprocess/letterbox.h"

namespace lyn::test {

/// A device, and a slot between guard bytes that a letterbox fills.
class LetterboxBench : public testing::Test {
 protected:
  static constexpr std::size_t kGuard = 256;
  static constexpr std::byte kGuardByte{0x5A};

  LetterboxBench() {
    auto opened = open_cpu_device();
    EXPECT_TRUE(opened.ok());
    device_ = std::move(*opened);
    stream_ = std::move(*device_->open_stream());
  }

  /// A slot of `spec` between guards, every byte of it kGuardByte.
  Buffer guarded_slot(const InputSpec& spec) {
    const std::size_t bytes = spec.slot_bytes() + 2 * kGuard;
    Buffer buffer = std::move(*device_->pool().lease(bytes));
    const std::vector<std::byte> blank(bytes, kGuardByte);
    EXPECT_TRUE(device_->copy_in(*stream_, Reason::tables, buffer.address(), blank).ok());
    return buffer;
  }

  /// What the slot holds; fails where a guard byte was touched.
  std::vector<std::byte> slot_bytes(const Buffer& buffer, const InputSpec& spec) {
    std::vector<std::byte> bytes(spec.slot_bytes() + 2 * kGuard);
    EXPECT_TRUE(device_->copy_out(*stream_, Reason::tensors, bytes, buffer.address()).ok());
    EXPECT_TRUE(stream_->synchronize().ok());
    const auto is_guard = [](std::byte byte) { return byte == kGuardByte; };
    EXPECT_TRUE(std::all_of(bytes.begin(), bytes.begin() + kGuard, is_guard)) << "written before the slot";
    EXPECT_TRUE(std::all_of(bytes.end() - kGuard, bytes.end(), is_guard)) << "written behind the slot";
    return {bytes.begin() + kGuard, bytes.end() - kGuard};
  }

  std::vector<std::byte> letterboxed(const Image& image, const InputSpec& spec) {
    const Buffer buffer = guarded_slot(spec);
    Letterbox letterbox(*device_, spec);
    const auto geometry = letterbox.run(*stream_, image, buffer.address().offset_bytes(kGuard));
    EXPECT_TRUE(geometry.ok()) << geometry.error().text();
    return slot_bytes(buffer, spec);
  }

  template <class Element>
  std::vector<Element> elements(const Image& image, const InputSpec& spec) {
    const std::vector<std::byte> bytes = letterboxed(image, spec);
    std::vector<Element> values(bytes.size() / sizeof(Element));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  std::unique_ptr<Device> device_;
  std::unique_ptr<Stream> stream_;
};

/// A specification whose elements are the pixels themselves.
inline InputSpec pixels_of(int width, int height) {
  InputSpec spec;
  spec.width = width;
  spec.height = height;
  spec.type = ElementType::uint8;
  return spec;
}

}  // namespace lyn::test
