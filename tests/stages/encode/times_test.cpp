#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using test::even_times;
using test::lines_of;

class VideoTimes : public test::VideoFile {
 protected:
  void expect_kept(const std::vector<std::int64_t>& ticks) {
    write_all(ticks);
    EXPECT_EQ(frame_times(), as_text(ticks));
  }
};

TEST_F(VideoTimes, AreTheSourcesFromZero) {
  expect_kept(even_times(60, 40));
}
TEST_F(VideoTimes, AreTheSourcesFromALaterStart) {
  expect_kept(even_times(40, 40, 1400));
}
TEST_F(VideoTimes, AreTheSourcesFromBeforeZero) {
  expect_kept(even_times(40, 40, -480));
}
TEST_F(VideoTimes, AreTheSourcesFromADayLater) {
  expect_kept(even_times(40, 40, 86'400'000));
}
TEST_F(VideoTimes, AreTheSourcesAtAVaryingRate) {
  expect_kept({7, 40, 41, 300, 1500, 1510, 4000, 4003, 9000});
}

TEST_F(VideoTimes, AreTheSourcesInAnyTimeBase) {
  for (const Rational base : {Rational{1, 90'000}, Rational{1001, 30'000}, Rational{1, 25}, Rational{1, 1'200'000}}) {
    stream_.time_base = base;
    expect_kept(even_times(30, std::max<std::int64_t>(1, base.den / base.num / 30), 5));
  }
}

TEST_F(VideoTimes, AreTheSourcesOfOnePicture) {
  expect_kept({1234});
}

TEST_F(VideoTimes, ComeInTheOrderOfDecoding) {
  options_.preset = "veryfast";
  write_all(even_times(50, 40));
  EXPECT_EQ(probe("packet=pts"), probe("packet=dts"));
}

TEST_F(VideoTimes, EndWithTheLastPicturesDuration) {
  write_all(even_times(10, 40));
  EXPECT_EQ(durations(), std::vector<std::uint32_t>(10, 40));
}

TEST_F(VideoTimes, TellEachPicturesOwnDurationAlsoWhereAFragmentEnds) {
  write_all({0, 400, 700, 1600, 1700});
  EXPECT_THAT(durations(), testing::ElementsAre(400, 300, 900, 100, 40));
}

/// Real files: packets' times, sorted, are what ffprobe calls best_effort_timestamp of frames there.
class SampleTimes : public VideoTimes, public testing::WithParamInterface<const char*> {};

TEST_P(SampleTimes, AreTheSourcesToTheLastDigit) {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  const std::string path = (root / "samples" / GetParam()).string();
  const std::string list = "ffprobe -v error -select_streams v:0 -of csv=p=0 -show_entries ";
  std::vector<std::int64_t> ticks;
  for (const std::string& line : lines_of(list + "packet=pts " + path)) ticks.push_back(std::stoll(line));
  std::sort(ticks.begin(), ticks.end());
  std::vector<std::string> texts = lines_of(list + "packet=pts_time " + path);
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return std::stod(a) < std::stod(b); });
  const auto base = lines_of(list + "stream=time_base " + path);
  ASSERT_EQ(base.size(), 1U);
  ASSERT_GT(ticks.size(), 300U);
  stream_.time_base = {1, std::stoll(base[0].substr(2))};
  write_all(ticks);
  EXPECT_EQ(frame_times(), texts);
}

INSTANTIATE_TEST_SUITE_P(, SampleTimes,
                         testing::Values("one-by-one-person-detection.mp4", "car-detection.mp4",
                                         "bottle-detection.mp4"));

}  // namespace
}  // namespace lyn
