#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/encode/snapshots.h"
#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using test::even_times;
using test::lines_of;
using testing::ElementsAre;
using testing::HasSubstr;

/// Both containers of every codec.
class VideoCodecs : public test::VideoFile, public testing::WithParamInterface<std::tuple<const char*, const char*>> {
 protected:
  VideoCodecs() {
    options_.codec = std::get<0>(GetParam());
    options_.path = (folder_ / (std::string("out") + std::get<1>(GetParam()))).string();
  }
  /// The mean of each plane of the first picture, as ffmpeg decodes it.
  [[nodiscard]] std::vector<double> means() const {
    const std::string raw = (folder_ / "out.yuv").string();
    const std::string pixels = options_.codec == "mjpeg" ? "yuvj444p" : "yuv444p";
    lines_of("ffmpeg -v error -y -i " + options_.path + " -frames:v 1 -pix_fmt " + pixels + " -f rawvideo " + raw);
    std::ifstream file(raw, std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    std::vector<double> sums(3);
    for (std::size_t at = 0; at < bytes.size(); ++at)
      sums[at * 3 / bytes.size()] += static_cast<std::uint8_t>(bytes[at]);
    for (double& sum : sums) sum /= static_cast<double>(bytes.size()) / 3;
    return sums;
  }
};

TEST_P(VideoCodecs, KeepTimesAndSayWhatTheyAre) {
  const auto ticks = even_times(60, 40, 1400);
  write_all(ticks);
  EXPECT_EQ(frame_times(), as_text(ticks));
  EXPECT_THAT(probe("stream=codec_name,width,height"), ElementsAre(options_.codec + ",64,48"));
  EXPECT_EQ(probe("packet=pts"), probe("packet=dts"));
  if (options_.codec == "hevc" && options_.path.ends_with(".mp4")) {
    EXPECT_THAT(probe("stream=codec_tag_string"), ElementsAre("hvc1"));
  }
}

TEST_P(VideoCodecs, BeginAGroupOfPicturesEveryTwoSecondsAtMost) {
  write_all(even_times(130, 40));
  std::int64_t key = -1;
  for (const std::string& line : probe("packet=pts_time,flags")) {
    const auto ms = static_cast<std::int64_t>(std::stod(line) * 1000 + 0.5);
    if (line.find('K') != std::string::npos) key = ms;
    ASSERT_GE(key, 0);
    EXPECT_LE(ms + 40 - key, 2000);
  }
}

TEST_P(VideoCodecs, KeepThePictureWithinWhatTheCodecLoses) {
  auto writer = open();
  ASSERT_TRUE(
      (*writer)->write(picture(31, 64, 48, {}, {Matrix::bt601, Range::limited, Siting::left}), {0, {1, 1000}}).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  // Luma 128 with one column of 255 in 64; MJPEG is stretched to full range, as JPEG has it, and held at 255.
  const bool full = options_.codec == "mjpeg";
  const double expected = full ? (130.41 * 63 + 255) / 64 : (128.0 * 63 + 255) / 64;
  EXPECT_THAT(means(), ElementsAre(testing::DoubleNear(expected, 1.5), testing::DoubleNear(128, 1.5),
                                   testing::DoubleNear(128, 1.5)));
  EXPECT_THAT(probe("stream=color_range"), ElementsAre(full ? "pc" : "tv"));
}

TEST_P(VideoCodecs, AreRefusedOnlyByTheirName) {
  options_.codec = "theora";
  const auto writer = open();
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::usage);
  EXPECT_THAT(writer.error().text(), HasSubstr("use h264, hevc or mjpeg"));
}

INSTANTIATE_TEST_SUITE_P(, VideoCodecs,
                         testing::Combine(testing::Values("h264", "hevc", "mjpeg"), testing::Values(".mp4", ".mkv")));

class Snapshots : public test::VideoFile {
 protected:
  SnapshotOptions wanted_{(folder_ / "shots").string(), "gate", 85};
};

TEST_F(Snapshots, ArePutIntoTheFolderByCameraAndFrame) {
  auto writer = make_snapshot_writer(*device_, wanted_);
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  ASSERT_TRUE((*writer)->write(picture(3), 17).ok());
  ASSERT_TRUE((*writer)->write(picture(3, 128, 96), 123'456'789).ok()) << "another size";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(wanted_.folder))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("gate-00000017.jpg", "gate-123456789.jpg"));
  options_.path = wanted_.folder + "/gate-00000017.jpg";
  EXPECT_THAT(probe("stream=codec_name,width,height,pix_fmt"), ElementsAre("mjpeg,64,48,yuvj420p"));
  EXPECT_GT(device_->ledger().bytes(Reason::video), 0U);
  EXPECT_EQ(device_->ledger().host_pixel_bytes(), 0U);
}

TEST_F(Snapshots, AreLargerTheBetterTheyAre) {
  std::vector<std::uintmax_t> sizes;
  for (const int quality : {10, 60, 100}) {
    wanted_.quality = quality;
    auto writer = make_snapshot_writer(*device_, wanted_);
    ASSERT_TRUE((*writer)->write(picture(9), 1).ok());
    sizes.push_back(std::filesystem::file_size(wanted_.folder + "/gate-00000001.jpg"));
  }
  EXPECT_LT(sizes[0], sizes[1]);
  EXPECT_LT(sizes[1], sizes[2]);
}

TEST_F(Snapshots, RefuseAFileInPlaceOfTheFolder) {
  std::ofstream(wanted_.folder) << "a file";
  const auto writer = make_snapshot_writer(*device_, wanted_);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::output);
  EXPECT_THAT(writer.error().what, HasSubstr(wanted_.folder));
}

TEST_F(Snapshots, TellOfAFolderThatIsGone) {
  auto writer = make_snapshot_writer(*device_, wanted_);
  std::filesystem::remove_all(wanted_.folder);
  const Status written = (*writer)->write(picture(0), 1);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().text(), HasSubstr("create the folder"));
}

}  // namespace
}  // namespace lyn
