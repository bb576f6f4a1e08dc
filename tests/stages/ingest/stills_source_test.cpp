#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stages/ingest/probe.h"
#include "stages/ingest/reading.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Five JPEG pictures, named so that they were written in another order than they are read in.
class Stills : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(media::file_of("stills", "")).string() + ".folder";
    fs::create_directories(folder_);
    (void)media::output_of("ffmpeg -nostdin -v error -y " + media::pattern("160x120", 5, 1) + " -c:v mjpeg " + folder_ +
                           "/shot%d.jpg");
    fs::rename(folder_ + "/shot1.jpg", folder_ + "/shot9.JPEG");
    std::ofstream(folder_ + "/notes.txt") << "not a picture";
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string bytes(const std::string& name) const { return media::bytes_of(folder_ + "/" + name); }
  static std::string text_of(const Packet& packet) { return {packet.bytes.begin(), packet.bytes.end()}; }

  std::string folder_;
};

TEST_F(Stills, of_a_folder_come_by_name_at_the_rate_asked_for) {
  SourceOptions options;
  options.still_rate = 4;
  const auto source = must(open_source(folder_, options));
  EXPECT_FALSE(source->live());
  EXPECT_EQ(source->stream().width, 160);
  EXPECT_EQ(source->stream().colour.range, Range::full);
  const auto packets = packets_of(*source);
  ASSERT_EQ(packets.size(), 5U);
  EXPECT_EQ(text_of(packets[0]), bytes("shot2.jpg"));
  EXPECT_EQ(text_of(packets[4]), bytes("shot9.JPEG"));
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(packets[i].key);
    EXPECT_EQ((MediaTime{packets[i].pts, source->stream().time_base}.seconds()), 0.25 * static_cast<double>(i));
    EXPECT_EQ(packets[i].bytes.data()[packets[i].bytes.size() + 63], 0);
  }
  must(source->rewind());
  EXPECT_EQ(packets_of(*source).size(), 5U);
}

TEST_F(Stills, of_a_pattern_are_those_that_match) {
  EXPECT_EQ(packets_of(*must(open_source(folder_ + "/shot[23].jpg", {}))).size(), 2U);
}

TEST_F(Stills, that_are_one_file_are_one_picture) {
  EXPECT_EQ(packets_of(*must(open_source(folder_ + "/shot2.jpg", {}))).size(), 1U);
}

TEST_F(Stills, that_went_away_are_passed_over) {
  const auto source = must(open_source(folder_, {}));
  fs::remove(folder_ + "/shot3.jpg");
  std::ofstream(folder_ + "/shot4.jpg", std::ios::trunc) << "now text";
  EXPECT_EQ(packets_of(*source).size(), 3U);
}

TEST_F(Stills, that_are_none_are_refused) {
  EXPECT_THAT(refusal_of(folder_ + "/*.txt"), HasSubstr("matches no picture"));
  std::ofstream(folder_ + "/shot0.jpg") << "named like one";
  EXPECT_THAT(refusal_of(folder_), HasSubstr("shot0.jpg"));
}

TEST_F(Stills, are_png_or_webp_where_the_first_one_is) {
  const std::string ffmpeg = "ffmpeg -nostdin -v error -y " + media::pattern("160x120", 3, 1);
  (void)media::output_of(ffmpeg + " -c:v png " + folder_ + "/a%d.png");
  const auto source = must(open_source(folder_, {}));
  EXPECT_EQ(source->stream().codec, CodecId::png);
  EXPECT_EQ(packets_of(*source).size(), 3U) << "the JPEG pictures are passed over";
  (void)media::output_of(ffmpeg + " -c:v libwebp -frames:v 1 " + folder_ + "/b.webp");
  EXPECT_EQ(must(open_source(folder_ + "/*.webp", {}))->stream().codec, CodecId::webp);
  EXPECT_EQ(must(open_source(folder_ + "/a1.png", {}))->stream().codec, CodecId::png) << "as a file";
}

TEST_F(Stills, can_be_probed) {
  const auto report = must(probe_source(folder_, {}));
  EXPECT_EQ(report.container, "stills");
  EXPECT_EQ(report.frames, 5);
}

}  // namespace
}  // namespace lyn
