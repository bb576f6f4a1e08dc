#include <gtest/gtest.h>

#include <cstdlib>

#include "stages/decode/clip_set.h"
#include "stages/decode/decoding.h"

namespace lyn {
namespace {

TEST(PoolFrames, take_no_device_memory_once_warm) {
  Decoding decoding(media::h264_in_short_gops());
  int count = 0;
  decoding.run([&](const Frame&) {
    if (++count == 15) decoding.device().pool().mark_warm();
  });
  EXPECT_EQ(decoding.device().pool().stats().allocations_after_warmup, 0U);
  EXPECT_GE(decoding.device().pool().stats().leases, 50U);
}

TEST(PoolFrames, give_everything_back_when_decoder_and_frames_are_gone) {
  const auto device = must(open_cpu_device());
  Frame last;
  {
    const auto source = must(open_source(media::h264_in_short_gops(), {}));
    const auto decoder = must(make_software_decoder(*device, source->stream(), {}));
    while (auto packet = must(source->read())) {
      must(decoder->send(*packet));
      while (auto frame = must(decoder->receive())) last = std::move(*frame);
    }
  }
  EXPECT_GT(device->pool().stats().used_bytes, 0U) << "a frame outlives its decoder";
  EXPECT_EQ(pixels_of(*device, last.image).size(), 320U * 240 * 3 / 2);
  last = {};
  EXPECT_EQ(device->pool().stats().used_bytes, 0U);
}

TEST(PoolFrames, have_rows_of_64_bytes) {
  Decoding(media::h264_in_short_gops()).run([](const Frame& frame) {
    for (int i = 0; i < 3; ++i) {
      const Plane& plane = frame.image.planes.at(static_cast<std::size_t>(i));
      EXPECT_EQ(plane.pitch % 64, 0);
      EXPECT_EQ(plane.data.raw % 64, 0U);
    }
  });
}

TEST(SoftwareDecoder, counts_the_bitstream) {
  Decoding decoding(media::h264_in_short_gops());
  std::size_t bytes = 0;
  decoding.run([](const Frame&) {}, [&](Packet& packet, int) { bytes += packet.bytes.size(); });
  EXPECT_EQ(decoding.device().ledger().bytes(Reason::bitstream), bytes);
  EXPECT_EQ(decoding.device().ledger().host_pixel_bytes(), 0U);
}

TEST(SoftwareDecoder, resolves_colour_and_keeps_rotation) {
  const auto tagged = media::clip("tags.mp4", media::pattern("320x240", 25, 0.2) +
                                                  " -c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range tv "
                                                  "-x264-params colormatrix=bt709:range=tv:chromaloc=2");
  const auto turned = media::clip("turned.mp4", "-i " + media::quoted(tagged) + " -c copy -metadata:s:v rotate=270");
  Decoding(turned).run([](const Frame& frame) {
    EXPECT_EQ(frame.image.colour, (Colour{Matrix::bt709, Range::limited, Siting::topleft}));
    EXPECT_EQ(frame.image.rotation, 1);
  });
  Decoding(media::h264_in_short_gops()).run([](const Frame& frame) {
    EXPECT_EQ(frame.image.colour, (Colour{Matrix::bt601, Range::limited, Siting::left}));
  });
}

/// The planted host touch: a frame's pixels read by application code.
TEST(PoolFramesDeathTest, end_the_process_when_the_host_reads_them) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        install_residency_trap();
        Decoding(media::h264_in_short_gops()).run([](const Frame& frame) {
          std::exit(static_cast<int>(*frame.image.planes[0].data.trapped()) & 1);
        });
      },
      ::testing::ExitedWithCode(4), "");
}

}  // namespace
}  // namespace lyn
