#include "kernels/one_field.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/device_array.h"
#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::CpuBench;
using test::TestPicture;
using ::testing::ElementsAre;

class OneField : public testing::Test {
 protected:
  TestPicture field_of(const TestPicture& from, int kept) {
    TestPicture to(*bench_.device, from.image().width, from.image().height, from.image().format);
    const OneFieldArgs args = one_field_args(from.image(), to.image(), kept);
    EXPECT_TRUE(bench_.device->launch(*bench_.stream, kOneField, args, one_field_grid(args)).ok());
    return to;
  }

  CpuBench bench_;
};

TEST_F(OneField, keeps_its_lines_and_makes_the_mean_of_their_neighbours) {
  TestPicture from(*bench_.device, 2, 5, PixelFormat{Chroma::grey});
  from.set_plane(0, {10, 255, 99, 99, 20, 250, 99, 99, 31, 0});
  EXPECT_THAT(field_of(from, 0).plane(0), ElementsAre(10, 255, 15, 253, 20, 250, 26, 125, 31, 0));
}

TEST_F(OneField, repeats_the_line_at_the_edge) {
  TestPicture from(*bench_.device, 1, 4, PixelFormat{Chroma::grey});
  from.set_plane(0, {9, 40, 9, 60});
  EXPECT_THAT(field_of(from, 1).plane(0), ElementsAre(40, 40, 50, 60));
  EXPECT_THAT(field_of(from, 0).plane(0), ElementsAre(9, 9, 9, 9));
}

TEST_F(OneField, of_a_single_line_is_that_line) {
  TestPicture from(*bench_.device, 2, 1, PixelFormat{Chroma::grey});
  from.set_plane(0, {7, 8});
  EXPECT_THAT(field_of(from, 1).plane(0), ElementsAre(7, 8));
}

TEST_F(OneField, treats_chroma_as_interlaced_too) {
  TestPicture from(*bench_.device, 2, 6, PixelFormat{});
  from.set_plane(1, {100, 1, 120});
  from.set_plane(2, {50, 60, 70});
  const TestPicture made = field_of(from, 0);
  EXPECT_THAT(made.plane(1), ElementsAre(100, 110, 120));
  EXPECT_THAT(made.plane(2), ElementsAre(50, 60, 70));
}

/// Every format, held against the definition sample by sample; nothing is written beside the picture.
TEST_F(OneField, is_its_definition_for_every_form_and_leaves_the_rest_alone) {
  for (const PixelFormat format :
       {PixelFormat{}, PixelFormat{Chroma::yuv420, Layout::semi_planar},
        PixelFormat{Chroma::yuv420, Layout::planar, 10}, PixelFormat{Chroma::yuv420, Layout::semi_planar, 10, true},
        PixelFormat{Chroma::yuv422}, PixelFormat{Chroma::yuv444, Layout::planar, 12}, PixelFormat{Chroma::grey}}) {
    for (const int kept : {0, 1}) {
      TestPicture from(*bench_.device, 37, 19, format);
      from.randomise(3);
      const TestPicture to = field_of(from, kept);
      EXPECT_TRUE(to.guards_intact());
      const OneFieldArgs args = one_field_args(from.image(), to.image(), kept);
      for (int i = 0; i < args.channel_count; ++i) {
        const auto& channel = args.channels[i];
        const auto sample = [&](const std::uint8_t* row, int x) -> int {
          return args.sample_bytes == 1 ? row[x] : reinterpret_cast<const std::uint16_t*>(row)[x] >> args.low_zero_bits;
        };
        const auto source = [&](int y, int x) { return sample(channel.from.host_view() + y * channel.from_pitch, x); };
        for (int y = 0; y < channel.rows; ++y) {
          for (int x = 0; x < channel.samples; ++x) {
            const int above = y > 0 ? y - 1 : y + 1;
            const int below = y + 1 < channel.rows ? y + 1 : y - 1;
            const int expected = y % 2 == kept ? source(y, x) : (source(above, x) + source(below, x) + 1) / 2;
            ASSERT_EQ(sample(channel.to.host_view() + y * channel.to_pitch, x), expected) << i << " " << y << " " << x;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace lyn
