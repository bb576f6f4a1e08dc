#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using test::even_times;
using testing::ElementsAre;
using testing::HasSubstr;

class VideoSegments : public test::VideoFile, public testing::WithParamInterface<const char*> {
 protected:
  VideoSegments() {
    options_.path = file("");
    options_.on_segment = [this](const Segment& segment) {
      segments_.push_back(segment);
      return Status();
    };
  }
  [[nodiscard]] std::string file(const std::string& ending) const {
    return (folder_ / ("out" + ending + GetParam())).string();
  }
  [[nodiscard]] std::vector<std::string> times_in(const std::string& path) {
    options_.path = path;
    return frame_times();
  }
  [[nodiscard]] std::vector<std::string> part(const std::vector<std::int64_t>& ticks, std::size_t from,
                                              std::size_t to) const {
    return as_text(
        {ticks.begin() + static_cast<std::ptrdiff_t>(from), ticks.begin() + static_cast<std::ptrdiff_t>(to)});
  }

  std::vector<Segment> segments_;
};

TEST_P(VideoSegments, BeginAtEqualTimesAndLoseNoPicture) {
  options_.segment = std::chrono::seconds(1);
  for (const char* preset : {"ultrafast", "veryfast"}) {  // the second one holds pictures back
    segments_.clear();
    options_.path = file("");
    options_.preset = preset;
    const auto ticks = even_times(60, 40, 1400);
    write_all(ticks);
    ASSERT_EQ(segments_.size(), 3U);
    EXPECT_EQ(segments_[0].path, file("-000"));
    EXPECT_EQ(segments_[2].path, file("-002"));
    EXPECT_EQ(times_in(file("-000")), part(ticks, 0, 25));
    EXPECT_EQ(times_in(file("-001")), part(ticks, 25, 50));
    EXPECT_EQ(times_in(file("-002")), part(ticks, 50, 60));
    EXPECT_FALSE(std::filesystem::exists(file("-003")));
    EXPECT_DOUBLE_EQ(segments_[0].start, 1.4);
    EXPECT_DOUBLE_EQ(segments_[0].end, 2.4);
    EXPECT_DOUBLE_EQ(segments_[2].end, 3.8);
    EXPECT_EQ(segments_[1].codec, "h264");
    EXPECT_EQ(segments_[1].width, 64);
  }
}

TEST_P(VideoSegments, KeepTheirGridOverAGap) {
  options_.segment = std::chrono::seconds(1);
  write_all({0, 500, 1100, 1500, 4700, 4900, 5000});
  ASSERT_EQ(segments_.size(), 4U);
  EXPECT_EQ(times_in(file("-001")), as_text({1100, 1500}));
  EXPECT_EQ(times_in(file("-002")), as_text({4700, 4900}));
  EXPECT_EQ(times_in(file("-003")), as_text({5000}));
}

TEST_P(VideoSegments, BeginWhereTheSizeOfThePicturesChanges) {
  options_.preset = "veryfast";
  auto writer = open();
  for (int step = 0; step < 30; ++step) {
    const int width = step < 10 || step >= 20 ? 64 : 128;
    ASSERT_TRUE((*writer)->write(picture(step, width, 48), {step * 40, stream_.time_base}).ok());
  }
  ASSERT_TRUE((*writer)->finish().ok());
  ASSERT_EQ(segments_.size(), 3U);
  EXPECT_EQ(segments_[0].path, file("")) << "without segments the first file has the name that was asked for";
  EXPECT_EQ(segments_[1].path, file("-001"));
  const auto ticks = even_times(30, 40);
  EXPECT_EQ(times_in(file("")), part(ticks, 0, 10));
  EXPECT_EQ(times_in(file("-001")), part(ticks, 10, 20));
  EXPECT_EQ(times_in(file("-002")), part(ticks, 20, 30));
  options_.path = file("-001");
  EXPECT_THAT(probe("stream=width,height"), ElementsAre("128,48"));
}

TEST_P(VideoSegments, TellOfAnErrorOfWhoKeepsTheirIndex) {
  options_.segment = std::chrono::seconds(1);
  options_.on_segment = [](const Segment&) -> Status { return Error{ErrorKind::output, "the index is full", ""}; };
  auto writer = open();
  Status status;
  for (int step = 0; status && step < 40; ++step) {
    status = (*writer)->write(picture(step), {step * 40, stream_.time_base});
  }
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().what, HasSubstr("the index is full"));
}

INSTANTIATE_TEST_SUITE_P(, VideoSegments, testing::Values(".mp4", ".mkv"));

}  // namespace
}  // namespace lyn
