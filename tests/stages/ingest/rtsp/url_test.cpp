#include "stages/ingest/rtsp/url.h"

#include <gtest/gtest.h>

namespace lyn::rtsp {
namespace {

TEST(RtspUrl, has_parts) {
  const auto url = parse_url("RTSP://me:p%40ss%2F@cam.local:8554/main?channel=1&x=/y#z");
  ASSERT_TRUE(url.has_value());
  EXPECT_FALSE(url->tls);
  EXPECT_EQ(url->host, "cam.local");
  EXPECT_EQ(url->port, 8554);
  EXPECT_EQ(url->path, "/main?channel=1&x=/y");
  EXPECT_EQ(url->user, "me");
  EXPECT_EQ(url->password.reveal(), "p@ss/");
  EXPECT_EQ(url->text(), "rtsp://cam.local:8554/main?channel=1&x=/y") << "requests carry no password";
}

TEST(RtspUrl, knows_default_ports_and_addresses) {
  EXPECT_EQ(parse_url("rtsp://10.0.0.7")->port, 554);
  EXPECT_EQ(parse_url("rtsps://10.0.0.7/x")->port, 322);
  const auto url = parse_url("rtsp://[fe80::1]:99/x");
  EXPECT_EQ(url->host, "fe80::1");
  EXPECT_EQ(url->text(), "rtsp://[fe80::1]:99/x");
  EXPECT_EQ(parse_url("rtsp://a:b@c@10.0.0.7/x")->password.reveal(), "b@c") << "a raw @, as people write it";
}

TEST(RtspUrl, is_refused_when_it_is_none) {
  for (const char* text : {"", "http://a/b", "rtsp://", "rtsp:///x", "rtsp://a:0/", "rtsp://a:65536/", "rtsp://a:x/",
                           "rtsp://[::1/x", "rtsp://a b/", "rtsp://a/x\r\nTEARDOWN *", "rtsp://a\"b/"}) {
    EXPECT_FALSE(parse_url(text).has_value()) << text;
  }
}

TEST(RtspUrl, leads_to_tracks_as_cameras_mean_it) {
  const auto at = [](const char* base, const char* control) {
    const auto url = resolve_control(*parse_url(base), control);
    return url ? url->text() : "none";
  };
  EXPECT_EQ(at("rtsp://c/main", ""), "rtsp://c/main");
  EXPECT_EQ(at("rtsp://c/main/", "*"), "rtsp://c/main/");
  EXPECT_EQ(at("rtsp://c/main", "trackID=1"), "rtsp://c/main/trackID=1");
  EXPECT_EQ(at("rtsp://c/main/", "stream=0"), "rtsp://c/main/stream=0");
  EXPECT_EQ(at("rtsp://c/cam?channel=1&subtype=0", "trackID=0"), "rtsp://c/cam?channel=1&subtype=0/trackID=0");
  EXPECT_EQ(at("rtsp://c:99/main", "/other/1"), "rtsp://c:99/other/1");
  EXPECT_EQ(at("rtsp://c/main", "rtsp://c/main/track1"), "rtsp://c/main/track1");
  EXPECT_EQ(at("rtsp://c/main", "http://c/main"), "none");
  EXPECT_EQ(at("rtsp://c/main", "a\r\nb"), "none");
}

}  // namespace
}  // namespace lyn::rtsp
