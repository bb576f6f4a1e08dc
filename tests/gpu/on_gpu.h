#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/cuda/cuda_device.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

/// Tests that need a GPU. Where there is none they are skipped, and say so; with LYN_REQUIRE_GPU=1 (a
/// GPU machine's job) a skip is a failure.
class NeedsGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto reason = why_not_cuda()) {
      const char* required = std::getenv("LYN_REQUIRE_GPU");
      if (required != nullptr && *required == '1') FAIL() << "a GPU is required: " << reason->text();
      GTEST_SKIP() << "skipped: no CUDA device: " << reason->text();
    }
  }
};

/// The same with both devices open: the GPU, and the reference beside it.
class OnGpu : public NeedsGpu {
 protected:
  void SetUp() override {
    NeedsGpu::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    open(gpu_, open_cuda_device(0));
    open(cpu_, open_cpu_device());
    if (HasFatalFailure()) return;
    open(gpu_stream_, gpu_->open_stream());
    open(cpu_stream_, cpu_->open_stream());
  }

  /// Declared so that devices end last.
  std::unique_ptr<Device> gpu_, cpu_;
  std::unique_ptr<Stream> gpu_stream_, cpu_stream_;

 private:
  template <class T>
  static void open(std::unique_ptr<T>& to, Result<std::unique_ptr<T>> opened) {
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    to = std::move(*opened);
  }
};

#define LYN_ASSERT_OK(expression)                              \
  do {                                                         \
    auto&& lyn_answer = (expression);                          \
    ASSERT_TRUE(lyn_answer.ok()) << lyn_answer.error().text(); \
  } while (false)

inline std::vector<std::byte> random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0xFFU);
  return bytes;
}

/// Bytes of a device buffer on the host, after the stream has finished.
inline std::vector<std::byte> fetch(Device& device, Stream& stream, ByteAddress from, std::size_t count) {
  std::vector<std::byte> bytes(count);
  EXPECT_TRUE(device.copy_out(stream, Reason::tensors, bytes, from).ok());
  EXPECT_TRUE(stream.synchronize().ok());
  return bytes;
}

inline void put(Device& device, Stream& stream, ByteAddress to, std::span<const std::byte> bytes) {
  EXPECT_TRUE(device.copy_in(stream, Reason::tables, to, bytes).ok());
  EXPECT_TRUE(stream.synchronize().ok());
}

/// A picture of random samples, the same for the same seed on every device; values fit the bit depth.
inline Image random_image(Device& device, Stream& stream, int width, int height, PixelFormat format, unsigned seed) {
  const Colour colour{height >= 720 ? Matrix::bt709 : Matrix::bt601, Range::limited, Siting::left};
  auto image = make_image(device, width, height, format, colour);
  EXPECT_TRUE(image.ok());
  for (int i = 0; i < format.planes(); ++i) {
    const Plane& plane = image->planes.at(static_cast<std::size_t>(i));
    const int samples = plane.width * (i > 0 && format.layout == Layout::semi_planar ? 2 : 1);
    for (int row = 0; row < plane.height; ++row) {
      auto bytes = random_bytes(static_cast<std::size_t>(samples * format.sample_bytes()),
                                seed + static_cast<unsigned>(i * 10'000 + row));
      if (format.bit_depth > 8) {
        auto* words = reinterpret_cast<std::uint16_t*>(bytes.data());
        const int spare = 16 - format.bit_depth;
        for (int x = 0; x < samples; ++x) {
          const int value = words[x] >> spare;
          words[x] = static_cast<std::uint16_t>(format.high_bits ? value << spare : value);
        }
      }
      EXPECT_TRUE(device.copy_in(stream, Reason::tables, plane.data.offset_bytes(row * plane.pitch), bytes).ok());
      EXPECT_TRUE(stream.synchronize().ok());
    }
  }
  return std::move(*image);
}

}  // namespace lyn
