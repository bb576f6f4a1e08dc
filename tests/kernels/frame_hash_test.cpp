#include "kernels/frame_hash.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <set>

#include "kernels/device_array.h"
#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::DeviceArray;
using test::TestPicture;

constexpr PixelFormat kI420{};
constexpr PixelFormat kNv12{Chroma::yuv420, Layout::semi_planar};
constexpr PixelFormat kI420Ten{Chroma::yuv420, Layout::planar, 10};
constexpr PixelFormat kP010{Chroma::yuv420, Layout::semi_planar, 10, true};

class FrameHashKernel : public testing::Test {
 protected:
  std::uint64_t hash_of(const TestPicture& picture) {
    DeviceArray<std::uint64_t> result(bench_, {0xdeadU});
    const FrameHashArgs args = frame_hash_args(picture.image(), result.address());
    EXPECT_TRUE(bench_.device->launch(*bench_.stream, kFrameHashBegin, args, Grid{}).ok());
    EXPECT_TRUE(bench_.device->launch(*bench_.stream, kFrameHash, args, frame_hash_grid(args)).ok());
    return result.values()[0];
  }

  /// The same picture, by sample values, in any form.
  TestPicture picture(int width, int height, PixelFormat format) {
    TestPicture made(*bench_.device, width, height, format);
    std::mt19937 random(5);
    const int mask = (1 << format.bit_depth) - 1;
    const auto next = [&] { return static_cast<int>(random()) & mask; };
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) made.set(0, x, y, next());
    }
    const bool pairs = format.layout == Layout::semi_planar;
    for (int channel = 1; channel < 3; ++channel) {
      const Plane& plane = made.image().planes[1];
      for (int y = 0; y < plane.height; ++y) {
        for (int x = 0; x < plane.width; ++x) made.set(pairs ? 1 : channel, pairs ? 2 * x + channel - 1 : x, y, next());
      }
    }
    return made;
  }

  CpuBench bench_;
};

/// The definition, sample by sample, from the parts in the header.
std::uint64_t by_definition(const FrameHashArgs& args) {
  std::uint64_t total = frame_hash::begin(args);
  for (int i = 0; i < args.channel_count; ++i) {
    const FrameHashArgs::Channel& channel = args.channels[i];
    for (int y = 0; y < channel.height; ++y) {
      const std::uint8_t* row = channel.data.host_view() + y * channel.pitch;
      for (int first = 0; first < channel.width; first += 256) {
        std::uint64_t sum = 0;
        for (int x = first; x < channel.width && x < first + 256; ++x) {
          sum += frame_hash::sample(args, channel, row, x) * frame_hash::weight(x - first);
        }
        total += frame_hash::place(sum, i, y, first / 256);
      }
    }
  }
  return total;
}

TEST_F(FrameHashKernel, is_its_definition_for_every_form_and_size) {
  for (const PixelFormat format : {kI420, kNv12, kI420Ten, kP010, PixelFormat{Chroma::grey},
                                   PixelFormat{Chroma::yuv422}, PixelFormat{Chroma::yuv444, Layout::planar, 12}}) {
    for (const int width : {1, 2, 17, 255, 256, 257, 700}) {
      TestPicture made(*bench_.device, width, 5, format);
      made.randomise(static_cast<unsigned>(width));
      EXPECT_EQ(hash_of(made), by_definition(frame_hash_args(made.image(), {}))) << width;
    }
  }
}

TEST_F(FrameHashKernel, is_the_same_for_planar_and_semi_planar) {
  EXPECT_EQ(hash_of(picture(70, 33, kI420)), hash_of(picture(70, 33, kNv12)));
}

TEST_F(FrameHashKernel, is_the_same_for_values_in_the_high_and_the_low_bits) {
  EXPECT_EQ(hash_of(picture(71, 32, kI420Ten)), hash_of(picture(71, 32, kP010)));
}

TEST_F(FrameHashKernel, does_not_look_at_padding) {
  TestPicture made = picture(30, 4, kI420);
  const std::uint64_t before = hash_of(made);
  made.set(0, 30, 1, 7);
  EXPECT_EQ(hash_of(made), before);
}

TEST_F(FrameHashKernel, changes_with_any_one_sample) {
  TestPicture made = picture(20, 6, kI420);
  std::set<std::uint64_t> seen{hash_of(made)};
  std::size_t samples = 0;
  for (int plane = 0; plane < 3; ++plane) {
    const std::vector<int> values = made.plane(plane);
    const int width = made.row_samples(plane);
    for (int i = 0; i < static_cast<int>(values.size()); ++i) {
      const int value = values[static_cast<std::size_t>(i)];
      made.set(plane, i % width, i / width, value ^ 1);
      seen.insert(hash_of(made));
      made.set(plane, i % width, i / width, value);
      ++samples;
    }
  }
  EXPECT_EQ(samples, 180U);
  EXPECT_EQ(seen.size(), samples + 1);
}

TEST_F(FrameHashKernel, tells_planes_rows_columns_and_sizes_apart) {
  const auto with = [&](int width, int height, int plane, int x, int y) {
    TestPicture made(*bench_.device, width, height, kI420);
    made.fill(0, 0, 0);
    if (plane >= 0) made.set(plane, x, y, 9);
    return hash_of(made);
  };
  const std::set<std::uint64_t> all{with(16, 8, -1, 0, 0), with(8, 16, -1, 0, 0), with(16, 8, 0, 0, 0),
                                    with(16, 8, 0, 1, 0),  with(16, 8, 0, 0, 1),  with(16, 8, 1, 0, 0),
                                    with(16, 8, 2, 0, 0),  with(15, 8, 0, 0, 0),  with(16, 7, 0, 0, 0)};
  EXPECT_EQ(all.size(), 9U);
}

TEST_F(FrameHashKernel, turns_half_of_its_bits_for_a_step_of_one) {
  int turned = 0;
  constexpr int kTrials = 64;
  for (int i = 0; i < kTrials; ++i) {
    TestPicture made(*bench_.device, 300, 2, kI420);
    made.fill(100, 128, 128);
    const std::uint64_t before = hash_of(made);
    made.set(0, 4 * i, i % 2, 101);
    turned += std::popcount(before ^ hash_of(made));
  }
  // The sum of 64 x 64 fair coins stays within 6 sigma (192) of its mean.
  EXPECT_NEAR(turned, kTrials * 32, 192);
}

TEST_F(FrameHashKernel, stays_what_it_was_in_earlier_versions) {
  TestPicture made(*bench_.device, 4, 2, kI420);
  made.set_plane(0, {1, 2, 3, 4, 5, 6, 7, 8});
  made.set_plane(1, {9, 10});
  made.set_plane(2, {11, 12});
  // From a separate implementation, in another language, of what the header says.
  EXPECT_EQ(hash_of(made), 8716439023978522753U);
}

}  // namespace
}  // namespace lyn
