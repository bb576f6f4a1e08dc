#include "stages/encode/video_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using test::even_times;
using testing::ElementsAre;
using testing::HasSubstr;

class VideoWriterOnCpu : public test::VideoFile {
 protected:
  MediaTime at(std::int64_t ticks) const { return {ticks, stream_.time_base}; }

  void expect_refused(const std::string& path, const std::string& cause, const std::string& remedy) {
    options_.path = path;
    const auto writer = open();
    ASSERT_FALSE(writer.ok());
    EXPECT_EQ(writer.error().kind, ErrorKind::output);
    EXPECT_THAT(writer.error().what, HasSubstr(path));
    EXPECT_THAT(writer.error().what, HasSubstr(cause));
    EXPECT_THAT(writer.error().remedy, HasSubstr(remedy));
  }
};

TEST_F(VideoWriterOnCpu, WritesTheHeaderBeforeTheFirstPicture) {
  const auto writer = open();
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(boxes("moov"), 1);
  EXPECT_THAT(probe("stream=codec_name,width,height"), ElementsAre("h264,64,48"));
}

TEST_F(VideoWriterOnCpu, BelievesTheFirstPictureMoreThanTheContainer) {
  auto writer = open();
  ASSERT_TRUE((*writer)->write(picture(0, 128, 96), at(0)).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_EQ(boxes("moov"), 1);
  EXPECT_THAT(probe("stream=width,height,nb_read_frames -count_frames"), ElementsAre("128,96,1"));
}

TEST_F(VideoWriterOnCpu, OpensWithoutKnowingTheSize) {
  stream_.width = stream_.height = 0;
  write_all(even_times(3, 40));
  EXPECT_THAT(probe("stream=width,height"), ElementsAre("64,48"));
}

TEST_F(VideoWriterOnCpu, TurnsTheSizeOfARotatedStream) {
  stream_.rotation = 1;
  ASSERT_TRUE(open().ok());
  EXPECT_THAT(probe("stream=width,height"), ElementsAre("48,64"));
}

TEST_F(VideoWriterOnCpu, KeepsThePictureWithinWhatTheCodecLoses) {
  auto writer = open();
  ASSERT_TRUE((*writer)->write(picture(31), at(0)).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  const std::string raw = (folder_ / "out.yuv").string();
  test::lines_of("ffmpeg -v error -i " + options_.path + " -f rawvideo " + raw);
  std::ifstream file(raw, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  ASSERT_EQ(bytes.size(), 64U * 48 * 3 / 2);
  EXPECT_GT(static_cast<std::uint8_t>(bytes[20 * 64 + 31]), 230);
  EXPECT_NEAR(static_cast<std::uint8_t>(bytes[20 * 64 + 10]), 128, 8);
  EXPECT_NEAR(static_cast<std::uint8_t>(bytes[64 * 48 + 5]), 128, 8);
}

TEST_F(VideoWriterOnCpu, TakesChromaInPairs) {
  auto writer = open();
  const PixelFormat nv12{Chroma::yuv420, Layout::semi_planar, 8, false};
  ASSERT_TRUE((*writer)->write(picture(0, 64, 48, nv12), at(0)).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_THAT(probe("stream=pix_fmt"), ElementsAre("yuv420p"));
}

TEST_F(VideoWriterOnCpu, TagsTheColourOfThePictures) {
  auto writer = open();
  ASSERT_TRUE((*writer)->write(picture(0, 64, 48, {}, {Matrix::bt709, Range::full, Siting::left}), at(0)).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_THAT(probe("stream=color_range,color_space,color_transfer,color_primaries"),
              ElementsAre("pc,bt709,bt709,bt709"));
}

TEST_F(VideoWriterOnCpu, BeginsAGroupOfPicturesEveryTwoSecondsAtMost) {
  for (const int step : {20, 40, 67, 900}) {
    write_all(even_times(4000 / step + 8, step));
    std::int64_t key = -1;
    for (const std::string& line : probe("packet=pts,flags")) {
      const std::int64_t pts = std::stoll(line);
      if (line.find('K') != std::string::npos) key = pts;
      ASSERT_GE(key, 0);
      EXPECT_LE(pts + step - key, 2000) << step;
    }
  }
}

TEST_F(VideoWriterOnCpu, EndsAFragmentEverySecondAtLeast) {
  write_all(even_times(100, 40));
  EXPECT_GE(boxes("moof"), 4);
  EXPECT_LE(boxes("moof"), 10);
}

TEST_F(VideoWriterOnCpu, CountsTheCompressedBytesThatLeaveTheDevice) {
  write_all(even_times(20, 40));
  std::uint64_t sum = 0;
  for (const std::string& size : probe("packet=size")) sum += std::stoull(size);
  // The container adds 4 bytes a unit where the encoder has a start code of 3 or 4, so it is near, not equal.
  EXPECT_NEAR(static_cast<double>(device_->ledger().bytes(Reason::video)), static_cast<double>(sum), 64);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0U);
}

TEST_F(VideoWriterOnCpu, GivesThePictureBackWithTheCall) {
  auto writer = open();
  const Image image = picture(0);
  ASSERT_TRUE((*writer)->write(image, at(0)).ok());
  EXPECT_EQ(image.lease.use_count(), 1);
}

/// Nothing of the writer's destructors runs: the process is gone.
TEST_F(VideoWriterOnCpu, LeavesAllButTheLastSecondOfAKilledProcess) {
  for (const auto& [preset, threads] : {std::pair{"ultrafast", 1}, std::pair{"veryfast", 2}}) {
    options_.preset = preset;
    options_.threads = threads;
    const pid_t child = ::fork();
    if (child == 0) {
      auto writer = open();
      for (int step = 0; step < 100; ++step) {
        if (!(*writer)->write(picture(step), at(step * 40 + 1400)).ok()) ::_exit(1);
      }
      ::_exit(0);
    }
    int state = -1;
    ASSERT_EQ(::waitpid(child, &state, 0), child);
    ASSERT_EQ(state, 0);
    const auto times = frame_times();
    ASSERT_GT(times.size(), 75U) << preset;
    EXPECT_EQ(times, as_text(even_times(static_cast<int>(times.size()), 40, 1400)));
  }
}

TEST_F(VideoWriterOnCpu, FinishesWhenItIsDestroyed) {
  {
    auto writer = open();
    for (int step = 0; step < 7; ++step) ASSERT_TRUE((*writer)->write(picture(step), at(step * 40)).ok());
  }
  EXPECT_EQ(frame_times().size(), 7U);
}

TEST_F(VideoWriterOnCpu, FinishesTwiceAsOnce) {
  auto writer = open();
  ASSERT_TRUE((*writer)->write(picture(0), at(0)).ok());
  EXPECT_TRUE((*writer)->finish().ok());
  EXPECT_TRUE((*writer)->finish().ok());
  EXPECT_FALSE((*writer)->write(picture(1), at(40)).ok());
  EXPECT_EQ(frame_times().size(), 1U);
}

TEST_F(VideoWriterOnCpu, LeavesAReadableFileWhenThereWereNoPictures) {
  auto writer = open();
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_THAT(probe("stream=codec_name"), ElementsAre("h264"));
}

TEST_F(VideoWriterOnCpu, RefusesAFolderThatIsNotThere) {
  expect_refused((folder_ / "none" / "out.mp4").string(), "No such file", "create the folder");
}

TEST_F(VideoWriterOnCpu, RefusesAFolderInPlaceOfAFile) {
  expect_refused(folder_.string(), "directory", "name a file in it");
}

TEST_F(VideoWriterOnCpu, TellsOfAFullDisk) {
  options_.path = "/dev/full";
  auto writer = open();
  ASSERT_TRUE(writer.ok());
  const Status written = (*writer)->write(picture(0), at(0));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().what, HasSubstr("/dev/full"));
  EXPECT_THAT(written.error().what, HasSubstr("No space left"));
  EXPECT_THAT(written.error().remedy, HasSubstr("space"));
  EXPECT_FALSE((*writer)->finish().ok()) << "the file is not whole, and finish() says so";
}

TEST_F(VideoWriterOnCpu, RefusesATimeThatDoesNotRise) {
  auto writer = open();
  ASSERT_TRUE((*writer)->write(picture(0), at(80)).ok());
  EXPECT_FALSE((*writer)->write(picture(1), at(80)).ok());
  EXPECT_FALSE((*writer)->write(picture(1), at(40)).ok());
  EXPECT_TRUE((*writer)->write(picture(1), at(120)).ok());
}

TEST_F(VideoWriterOnCpu, RefusesPicturesThatH264CannotTake) {
  auto writer = open();
  EXPECT_FALSE((*writer)->write(picture(0, 63, 48), at(0)).ok());
  EXPECT_FALSE((*writer)->write(picture(0, 64, 48, {Chroma::yuv422, Layout::planar, 8, false}), at(0)).ok());
}

TEST_F(VideoWriterOnCpu, RefusesAPresetThatDoesNotExist) {
  options_.preset = "warp";
  const auto writer = open();
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::usage);
  EXPECT_THAT(writer.error().what, HasSubstr("warp"));
  EXPECT_THAT(writer.error().remedy, HasSubstr("ultrafast"));
  EXPECT_FALSE(std::filesystem::exists(options_.path)) << "nothing half-written is left";
}

}  // namespace
}  // namespace lyn
