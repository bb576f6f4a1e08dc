#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "lynceus/lynceus.h"
#include "media/clips.h"
#include "media/oracle.h"

namespace lyn {
namespace {

std::string small_clip() {
  return media::clip("api_small.mp4",
                     media::pattern("64x48", 25, 0.6) + " -pix_fmt yuv420p -c:v libx264 -bf 2 -g 10 -loglevel error");
}

TEST(PublicApiDevice, NamesItselfAndStartsWithNoPixelsOnTheHost) {
  const auto device = OpenDevice::open("cpu");
  ASSERT_TRUE(device) << device.error().text();
  EXPECT_EQ(device->name(), "cpu");
  EXPECT_EQ(device->host_pixel_bytes(), 0U);
}

TEST(PublicApiDevice, RefusesANameThatIsNone) {
  const auto device = OpenDevice::open("gpu");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().kind, ErrorKind::usage);
}

TEST(PublicApiVideoSource, GivesEveryPictureWithTheTimeThatFfprobeNames) {
  auto source = VideoSource::open(*OpenDevice::open("cpu"), small_clip());
  ASSERT_TRUE(source) << source.error().text();
  const std::vector<std::string> expected = media::picture_times(small_clip());
  std::size_t count = 0;
  for (auto picture = source->read(); picture && *picture; picture = source->read(), ++count) {
    ASSERT_LT(count, expected.size());
    EXPECT_NEAR((*picture)->pts().seconds(), std::strtod(expected[count].c_str(), nullptr), 5e-7);
    EXPECT_EQ((*picture)->width(), 64);
    EXPECT_EQ((*picture)->height(), 48);
  }
  EXPECT_EQ(count, 15U);
  const auto after = source->read();
  ASSERT_TRUE(after);
  EXPECT_FALSE(*after) << "the end is the end";
}

TEST(PublicApiVideoSource, SaysWhatItIsBeforeAnythingIsRead) {
  const auto source = VideoSource::open(*OpenDevice::open("cpu"), small_clip());
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ(source->info().codec, "h264");
  EXPECT_EQ(source->info().width, 64);
  EXPECT_EQ(source->info().frame_rate, (Rational{25, 1}));
  EXPECT_FALSE(source->info().live);
}

TEST(PublicApiVideoSource, RefusesAMissingFileByName) {
  const auto source = VideoSource::open(*OpenDevice::open("cpu"), "no/such/clip.mp4");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::source);
  EXPECT_NE(source.error().what.find("no/such/clip.mp4"), std::string::npos);
}

TEST(PublicApiVideoSource, IsCancelledForEverByInterrupt) {
  auto source = VideoSource::open(*OpenDevice::open("cpu"), small_clip());
  ASSERT_TRUE(source) << source.error().text();
  source->interrupt();
  for (int again = 0; again < 2; ++again) {
    const auto picture = source->read();
    ASSERT_FALSE(picture);
    EXPECT_EQ(picture.error().kind, ErrorKind::cancelled);
  }
}

TEST(PublicApiPicture, OutlivesItsSourceAndItsDevice) {
  std::optional<Picture> kept;
  {
    auto source = VideoSource::open(*OpenDevice::open("cpu"), small_clip());
    ASSERT_TRUE(source) << source.error().text();
    kept = *source->read();
  }
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->wait());
  EXPECT_TRUE(kept->dlpack(0));
}

TEST(PublicApiPictureDeathTest, EndsAHostThatReadsItsPixels) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto source = VideoSource::open(*OpenDevice::open("cpu"), small_clip());
  ASSERT_TRUE(source) << source.error().text();
  const auto picture = source->read();
  ASSERT_TRUE(picture && *picture);
  const auto* pixel = reinterpret_cast<const volatile char*>((*picture)->plane(0).address);
  EXPECT_DEATH(static_cast<void>(*pixel), "");
}

}  // namespace
}  // namespace lyn
