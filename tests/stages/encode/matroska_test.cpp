#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <thread>

#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using test::even_times;
using test::lines_of;
using testing::ElementsAre;
using testing::HasSubstr;

class MatroskaFile : public test::VideoFile {
 protected:
  MatroskaFile() { options_.path = (folder_ / "out.mkv").string(); }

  void expect_kept(const std::vector<std::int64_t>& ticks) {
    write_all(ticks);
    EXPECT_EQ(frame_times(), as_text(ticks));
  }
  [[nodiscard]] std::string container(const std::string& entries) const {
    const auto lines = lines_of("ffprobe -v error -of csv=p=0 -show_entries format=" + entries + " " + options_.path);
    return lines.size() == 1 ? lines[0] : "";
  }
};

TEST_F(MatroskaFile, IsWhatTheNameAsksFor) {
  write_all(even_times(30, 40));
  EXPECT_EQ(container("format_name"), "\"matroska,webm\"");
  EXPECT_THAT(probe("stream=codec_name,width,height"), ElementsAre("h264,64,48"));
}

TEST_F(MatroskaFile, HasTimesToTheMicrosecondInAnyTimeBase) {
  for (const Rational base : {Rational{1, 90'000}, Rational{1001, 30'000}, Rational{1, 15'360}, Rational{1, 1000}}) {
    stream_.time_base = base;
    expect_kept(even_times(40, std::max<std::int64_t>(1, base.den / base.num / 30), 5));
  }
}

TEST_F(MatroskaFile, HasTimesOfADayLater) {
  expect_kept(even_times(40, 40, 86'400'000));
}

TEST_F(MatroskaFile, HasTimesAtAVaryingRate) {
  expect_kept({7, 40, 41, 300, 1500, 1510, 4000, 4003, 9000});
}

TEST_F(MatroskaFile, SaysItsDurationAndWhereKeyFramesAre) {
  write_all(even_times(100, 40));
  EXPECT_EQ(container("duration"), "4.000000");
  const auto tags = lines_of("ffprobe -v error -of csv=p=0 -show_entries stream_tags=DURATION " + options_.path);
  EXPECT_THAT(tags, ElementsAre("00:00:04.000000000"));
  const auto sought = lines_of(
      "ffprobe -v error -select_streams v:0 -read_intervals 3%+#1 -of csv=p=0 -show_entries "
      "packet=pts_time " +
      options_.path);
  EXPECT_THAT(sought, ElementsAre("2.000000")) << "the key frame before, found by the index";
}

TEST_F(MatroskaFile, RefusesATimeBeforeZero) {
  auto writer = open();
  static_cast<void>((*writer)->write(picture(0), {-480, stream_.time_base}));  // the encoder may still hold it
  const Status written = (*writer)->finish();
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().what, HasSubstr("-0.48"));
  EXPECT_THAT(written.error().remedy, HasSubstr(".mp4"));
}

/// Nothing of the writer's destructors runs: the process is gone.
TEST_F(MatroskaFile, LeavesAllButTheLastSecondOfAKilledProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto writer = open();
    for (int step = 0; step < 100; ++step) {
      if (!(*writer)->write(picture(step), {step * 40 + 1400, stream_.time_base}).ok()) ::_exit(1);
    }
    ::_exit(0);
  }
  int state = -1;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  ASSERT_EQ(state, 0);
  const auto times = frame_times();
  ASSERT_GT(times.size(), 75U);
  EXPECT_EQ(times, as_text(even_times(static_cast<int>(times.size()), 40, 1400)));
}

TEST_F(MatroskaFile, GoesThroughAPipeWithoutAnIndex) {
  ASSERT_EQ(::mkfifo(options_.path.c_str(), 0600), 0);
  const std::string copy = (folder_ / "copy.mkv").string();
  std::thread reader([&] { lines_of("cat " + options_.path + " > " + copy); });
  write_all(even_times(50, 40));
  reader.join();
  options_.path = copy;
  EXPECT_EQ(frame_times(), as_text(even_times(50, 40)));
}

TEST_F(MatroskaFile, TellsOfAFullDisk) {
  options_.path = (folder_ / "full.mkv").string();
  std::filesystem::create_symlink("/dev/full", options_.path);
  auto writer = open();
  ASSERT_TRUE(writer.ok());
  const Status written = (*writer)->write(picture(0), {0, stream_.time_base});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().what, HasSubstr("No space left"));
}

}  // namespace
}  // namespace lyn
