#include <gtest/gtest.h>

#include "stages/decode/clip_set.h"
#include "stages/decode/decoding.h"

namespace lyn {
namespace {

/// Sends a clip from its fourth packet on; gives the times of what comes out.
std::vector<std::string> times_from_the_fourth_packet(Decoding& decoding) {
  for (int i = 0; i < 3; ++i) (void)must(decoding.source().read());
  std::vector<std::string> times;
  decoding.run([&](const Frame& frame) {
    times.push_back(text_of(frame.pts));
    EXPECT_FALSE(frame.damaged);
  });
  return times;
}

TEST(Start, in_mid_gop_gives_nothing_before_the_next_h264_keyframe) {
  Decoding decoding(media::h264_in_short_gops());
  const auto times = times_from_the_fourth_packet(decoding);
  ASSERT_EQ(times.size(), 40U);
  EXPECT_EQ(times.front(), "0.400000");
}

TEST(Start, in_mid_gop_gives_nothing_before_the_next_hevc_keyframe) {
  Decoding decoding(media::hevc_in_short_gops());
  const auto times = times_from_the_fourth_packet(decoding);
  ASSERT_EQ(times.size(), 40U);
  EXPECT_EQ(times.front(), "0.400000");
  EXPECT_EQ(decoding.decoder().skipped_before_key(), 7U);
}

TEST(Start, anew_after_reset_and_rewind_gives_the_same_again) {
  for (const auto& path : {media::h264_in_short_gops(), media::hevc_in_short_gops()}) {
    Decoding decoding(path);
    std::vector<std::string> rounds[2];
    for (auto& round : rounds) {
      decoding.run([&](const Frame& frame) {
        round.push_back(text_of(frame.pts) + pixels_of(decoding.device(), frame.image));
        EXPECT_FALSE(frame.damaged);
      });
      must(decoding.decoder().reset());
      must(decoding.source().rewind());
    }
    EXPECT_EQ(rounds[0].size(), 50U);
    EXPECT_EQ(rounds[0], rounds[1]);
  }
}

TEST(SizeChange, in_mid_stream_gives_pictures_of_the_new_size) {
  const std::string options = " -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p";
  const auto small = media::clip("small.h264", media::pattern("320x240", 25, 0.4) + options);
  const auto large = media::clip("large.h264", media::pattern("640x362", 25, 0.4) + options);
  const auto both =
      media::file_of("both.h264", media::bytes_of(small) + media::bytes_of(large) + media::bytes_of(small));
  std::vector<std::string> expected;
  for (const auto& part : {small, large, small}) {
    Decoding decoding(part);
    decoding.run([&](const Frame& frame) { expected.push_back(pixels_of(decoding.device(), frame.image)); });
  }
  std::vector<std::string> got;
  Decoding decoding(both);
  std::vector<Frame> held;
  decoding.run([&](const Frame& frame) {
    held.push_back(frame);
    got.push_back(pixels_of(decoding.device(), frame.image));
  });
  ASSERT_EQ(got.size(), 30U);
  EXPECT_EQ(got, expected);
  EXPECT_EQ(held[0].image.height, 240);
  EXPECT_EQ(held[15].image.height, 362);
  EXPECT_EQ(pixels_of(decoding.device(), held[0].image), expected[0]) << "old pictures stay as they were";
}

TEST(MissingTimestamps, follow_one_another_at_the_frame_rate) {
  const auto raw = media::clip("raw.h264", media::pattern("320x240", 25, 0.4) + " -c:v libx264 -bf 2 -pix_fmt yuv420p");
  std::vector<std::string> times;
  Decoding(raw).run([&](const Frame& frame) { times.push_back(text_of(frame.pts)); });
  ASSERT_EQ(times.size(), 10U);
  EXPECT_EQ(times[0], "0.000000");
  EXPECT_EQ(times[9], "0.360000");
}

}  // namespace
}  // namespace lyn
