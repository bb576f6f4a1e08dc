#include "stages/ingest/source_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/source.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal_of(const std::string& uri) {
  const auto parsed = parse_source_uri(uri);
  return parsed ? "accepted" : parsed.error().text();
}

TEST(SourceUri, takes_a_name_without_scheme_for_a_path) {
  const auto parsed = parse_source_uri("clips/a b.mp4");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->kind, SourceUri::Kind::file);
  EXPECT_EQ(parsed->target, "clips/a b.mp4");
}

TEST(SourceUri, knows_rtsp_rtsps_and_file_in_any_case) {
  EXPECT_EQ(parse_source_uri("RTSP://host/x")->target, "rtsp://host/x");
  EXPECT_EQ(parse_source_uri("rtspS://host/x")->target, "rtsps://host/x");
  EXPECT_EQ(parse_source_uri("file:///tmp/a.mp4")->target, "/tmp/a.mp4");
}

TEST(SourceUri, refuses_every_other_protocol_by_name) {
  EXPECT_THAT(refusal_of("ftp://host/a.mp4"), HasSubstr("\"ftp\""));
  EXPECT_THAT(refusal_of("concat:a.mp4|b.mp4"), HasSubstr("\"concat\""));
  EXPECT_THAT(refusal_of("subfile,,start,0,end,9,,:a.mp4"), HasSubstr("\"subfile\""));
  EXPECT_THAT(refusal_of("pipe:0"), HasSubstr("\"pipe\""));
}

TEST(SourceUri, knows_http_and_what_sets_its_own_pace) {
  const auto paced = [](const char* uri) {
    const auto parsed = parse_source_uri(uri);
    return parsed.ok() && sets_its_pace(*parsed);
  };
  EXPECT_EQ(parse_source_uri("HTTPS://host/a.mp4")->kind, SourceUri::Kind::http);
  EXPECT_EQ(parse_source_uri("HTTPS://host/a.mp4")->target, "https://host/a.mp4");
  EXPECT_TRUE(paced("rtsp://host/main"));
  EXPECT_TRUE(paced("http://camera/video.cgi?size=4"));
  EXPECT_TRUE(paced("http://camera/live"));
  EXPECT_FALSE(paced("http://host/A.MP4?token=1"));
  EXPECT_FALSE(paced("https://host/list.m3u8#t=1"));
  EXPECT_FALSE(paced("clip.mp4"));
}

TEST(SourceUri, compares_urls_by_scheme_host_and_port) {
  EXPECT_EQ(origin_of("http://Host/a/b"), "http://host:80");
  EXPECT_EQ(origin_of("HTTPS://me:word@host?x=@y"), "https://host:443");
  EXPECT_EQ(origin_of("http://host:8080#@other"), "http://host:8080");
  EXPECT_EQ(origin_of("http://[::1]/x"), "http://[::1]:80");
  EXPECT_EQ(origin_of("http://[::1]:99/x"), "http://[::1]:99");
  for (const char* other : {"file:///etc/passwd", "/etc/passwd", "crypto+http://host/a", "concat:http://host/a", ""}) {
    EXPECT_EQ(origin_of(other), "") << other;
  }
}

TEST(SourceUri, takes_folders_and_patterns_for_stills) {
  EXPECT_EQ(parse_source_uri("/tmp")->kind, SourceUri::Kind::stills);
  EXPECT_EQ(parse_source_uri("/nowhere/*.jpg")->kind, SourceUri::Kind::stills);
  EXPECT_EQ(parse_source_uri("/nowhere/a.jpg")->kind, SourceUri::Kind::file);
}

TEST(SourceUri, refuses_no_name_and_standard_input) {
  EXPECT_THAT(refusal_of(""), HasSubstr("no name"));
  EXPECT_THAT(refusal_of("-"), HasSubstr("standard input"));
}

TEST(SourceUri, hides_passwords) {
  EXPECT_THAT(refusal_of("ftp://me:hunter2@host/a.mp4"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(parse_source_uri("rtsp://me:hunter2@host/a")->shown, Not(HasSubstr("hunter2")));
}

TEST(DefaultCameraId, is_the_stem_in_plain_letters) {
  EXPECT_EQ(default_camera_id("/a/Front Door (2).mp4", 1), "front-door--2-");
  EXPECT_EQ(default_camera_id("car-detection.mp4", 1), "car-detection");
}

TEST(DefaultCameraId, counts_what_has_no_usable_name) {
  EXPECT_EQ(default_camera_id("rtsp://host/main", 3), "camera3");
  EXPECT_EQ(default_camera_id("...", 2), "camera2");
}

}  // namespace
}  // namespace lyn
