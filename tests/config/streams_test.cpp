#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "config/config.h"

namespace lyn {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kYard = R"(version: 1
cameras:
  - id: yard
    streams: {detect: "rtsp://u:pw@10.0.0.8/sub", record: "rtsp://u:pw@10.0.0.8/main"}
)";

std::string refusal(const std::string& camera) {
  const auto config = parse_config("version: 1\ncameras:\n  - " + camera + "\n", "c.yaml");
  return config ? "taken" : config.error().what;
}

TEST(Streams, give_the_camera_its_source) {
  const auto config = parse_config(kYard, "c.yaml");
  ASSERT_TRUE(config.ok()) << config.error().what;
  const CameraConfig& yard = config->cameras.at(0);
  EXPECT_EQ(yard.source.reveal(), "rtsp://u:pw@10.0.0.8/sub");
  EXPECT_EQ(yard.source_shown, "rtsp://u:***@10.0.0.8/sub");
  EXPECT_EQ(yard.streams.record.reveal(), "rtsp://u:pw@10.0.0.8/main");
}

TEST(Streams, are_shown_once_without_passwords_and_read_as_the_same) {
  const std::string shown = show_config(*parse_config(kYard, "c.yaml"));
  EXPECT_THAT(shown, Not(HasSubstr("pw")));
  EXPECT_THAT(shown, HasSubstr("streams:\n      detect: \"rtsp://u:***@10.0.0.8/sub\""));
  EXPECT_THAT(shown, Not(HasSubstr("    source:")));
  const auto again = parse_config(shown, "c.yaml");
  ASSERT_TRUE(again.ok()) << again.error().what;
  EXPECT_EQ(show_config(*again), shown);
}

TEST(Streams, are_not_shown_where_there_are_none) {
  EXPECT_THAT(show_config(*parse_config("version: 1\ncameras: [{id: a, source: /a.mp4}]\n", "c.yaml")),
              Not(HasSubstr("streams")));
}

TEST(Streams, stand_in_the_place_of_a_source) {
  EXPECT_EQ(refusal("{id: a}"), "c.yaml:3:5: cameras[0].source: missing; it is required here, or streams in its place");
  EXPECT_EQ(refusal("{id: a, streams: {record: \"rtsp://h/main\"}}"),
            "c.yaml:3:22: cameras[0].streams.detect: missing; it is required here");
  EXPECT_EQ(refusal("{id: a, source: \"rtsp://h/1\", streams: {detect: \"rtsp://h/2\"}}"),
            "c.yaml:3:21: cameras[0].source: is given beside streams; keep one of them, with the source as "
            "streams.detect");
  EXPECT_THAT(refusal("{id: a, streams: rtsp}"), HasSubstr("c.yaml:3:22: cameras[0].streams: "));
}

TEST(Streams, have_no_live_view_yet_and_no_other_roles) {
  EXPECT_EQ(refusal("{id: a, streams: {detect: /a.mp4, live: /b.mp4}}"),
            "c.yaml:3:39: cameras[0].streams.live: nothing shows a live view yet; leave it out");
  EXPECT_THAT(refusal("{id: a, streams: {detect: /a.mp4, recrd: /b.mp4}}"), HasSubstr("nearest is \"record\""));
}

TEST(Streams, keep_secrets_by_every_name_of_theirs) {
  ASSERT_EQ(::setenv("LYN_STREAMS_TEST", "hidden", 1), 0);
  const auto config = parse_config(
      "version: 1\ncameras: [{id: a, streams: {detect: \"rtsp://h/s\", record: "
      "\"rtsp://u:${LYN_STREAMS_TEST}@h/m\"}}]\n",
      "c.yaml");
  ASSERT_TRUE(config.ok()) << config.error().what;
  EXPECT_EQ(config->cameras[0].streams.record.reveal(), "rtsp://u:hidden@h/m");
  EXPECT_THAT(show_config(*config), Not(HasSubstr("hidden")));
}

TEST(Streams, of_a_file_are_not_overwritten) {
  EXPECT_THAT(refusal("{id: a, streams: {detect: /tmp/a.mp4, record: /tmp/b.mp4}, outputs: {video: /tmp/b.mp4}}"),
              HasSubstr("cameras[0].outputs.video: would overwrite the source of cameras[0]"));
}

TEST(Streams, make_another_camera_where_one_changes) {
  const CameraConfig one = parse_config(kYard, "c.yaml")->cameras[0];
  Config config = *parse_config(kYard, "c.yaml");
  EXPECT_TRUE(config.cameras[0] == one);
  ASSERT_TRUE(set_config_value(config, "cameras[0].streams.record=rtsp://h/other").ok());
  EXPECT_FALSE(config.cameras[0] == one);
}

TEST(Streams, record_apart_only_where_packets_are_copied) {
  Config config = *parse_config(kYard, "c.yaml");
  EXPECT_FALSE(config.cameras[0].records_apart());
  ASSERT_TRUE(set_config_value(config, "outputs={video: /tmp/a.mp4, codec: copy}").ok());
  EXPECT_TRUE(config.cameras[0].records_apart());
  ASSERT_TRUE(set_config_value(config, "outputs.codec=h264").ok());
  EXPECT_FALSE(config.cameras[0].records_apart());
}

TEST(Streams, of_one_address_are_one_stream) {
  Config config = *parse_config(kYard, "c.yaml");
  ASSERT_TRUE(set_config_value(config, "outputs={video: /tmp/a.mp4, codec: copy}").ok());
  ASSERT_TRUE(set_config_value(config, "cameras[0].streams.record=rtsp://u:pw@10.0.0.8/sub").ok());
  EXPECT_FALSE(config.cameras[0].records_apart());
}

TEST(Streams, are_set_where_there_are_any) {
  Config config = *parse_config(kYard, "c.yaml");
  ASSERT_TRUE(set_config_value(config, "cameras[0].streams.detect=rtsp://h/third").ok());
  EXPECT_EQ(config.cameras[0].source.reveal(), "rtsp://h/third");
  EXPECT_THAT(set_config_value(config, "cameras[0].source=rtsp://h/fourth").error().what,
              HasSubstr("cameras[0].source: the camera has streams; set its streams.detect"));
  Config plain = *parse_config("version: 1\ncameras: [{id: a, source: /a.mp4}]\n", "c.yaml");
  EXPECT_THAT(set_config_value(plain, "cameras[0].streams.record=/b.mp4").error().what,
              HasSubstr("the camera has a source"));
}

}  // namespace
}  // namespace lyn
