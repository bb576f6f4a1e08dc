#include "stages/decode/like_ffmpeg.h"

#include <gtest/gtest.h>

#include "media/oracle.h"
#include "stages/decode/decoding.h"

namespace lyn {

void expect_like_ffmpeg(const std::string& path, int threads, const std::string& oracle) {
  const auto times = media::picture_times(path);
  auto raw = media::raw_video(path, oracle);
  Decoding decoding(path, threads);
  std::size_t count = 0;
  std::size_t wrong_pixels = 0;
  std::size_t wrong_times = 0;
  decoding.run([&](const Frame& frame) {
    const std::size_t i = count++;
    const std::string pixels = pixels_of(decoding.device(), frame.image);
    wrong_pixels += pixels != raw.read(pixels.size()) ? 1 : 0;
    EXPECT_FALSE(frame.damaged) << "frame " << i;
    ASSERT_LT(i, times.size());
    if (times[i] != "N/A") wrong_times += text_of(frame.pts) != times[i] ? 1 : 0;
  });
  EXPECT_GT(count, 0U) << path;
  EXPECT_EQ(count, times.size()) << path;
  EXPECT_EQ(wrong_pixels, 0U) << path;
  EXPECT_EQ(wrong_times, 0U) << path;
  EXPECT_TRUE(raw.read(1).empty()) << path << ": ffmpeg gives more";
}

}  // namespace lyn
