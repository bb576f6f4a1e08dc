#include "stages/ingest/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "stages/ingest/reading.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;

TEST(Probe, tells_what_a_file_is) {
  const auto report = must(probe_source(clip_with_sound(), {}));
  EXPECT_EQ(report.profile, "High");
  EXPECT_EQ(report.pixel_format, "yuv420p");
  EXPECT_EQ(report.frames, 25);
  EXPECT_DOUBLE_EQ(report.seconds, 1.0);
  EXPECT_TRUE(report.has_audio);
  EXPECT_FALSE(report.live);
  EXPECT_GT(report.bits_per_second, 0);
}

TEST(Probe, prints_json) {
  const auto json = nlohmann::json::parse(must(probe_source(clip_with_sound(), {})).json());
  EXPECT_EQ(json["codec"], "h264");
  EXPECT_EQ(json["width"], 320);
  EXPECT_EQ(json["frame_rate"], 25.0);
  EXPECT_EQ(json["colour"]["matrix"], "untagged");
  EXPECT_EQ(json["rotation"], 0);
  EXPECT_EQ(json["has_audio"], true);
}

TEST(Probe, prints_lines_for_people) {
  const auto text = must(probe_source(copied("turn.mp4", "-an -metadata:s:v rotate=270"), {})).text();
  EXPECT_THAT(text, HasSubstr("320x240, shown turned 90 degrees clockwise"));
  EXPECT_THAT(text, HasSubstr("h264 High"));
  EXPECT_THAT(text, HasSubstr("25.000 a second"));
}

TEST(Probe, refuses_what_open_source_refuses) {
  EXPECT_THAT(probe_source("/nowhere/a.mp4", {}).error().what, HasSubstr("no such file"));
}

}  // namespace
}  // namespace lyn
