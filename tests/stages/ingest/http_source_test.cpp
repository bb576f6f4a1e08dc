#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "media/http_server.h"
#include "stages/ingest/probe.h"
#include "stages/ingest/reading.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

/// A folder that a server shows: clips by the names that tests use.
class HttpSource : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(media::file_of("http", "")).string() + ".folder";
    fs::create_directories(folder_);
    put("clip.mp4", copied("http.mp4", "-an -movflags +faststart"));
    put("late.mp4", copied("http-late.mp4", "-an"));
    put("live.ts", copied("http.ts", "-an"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& from) {
    fs::copy_file(from, folder_ + "/" + name, fs::copy_options::overwrite_existing);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::rename(media::file_of("http." + name, text), folder_ + "/" + name);
  }
  void write_playlist(const std::string& name, const std::string& segment) const {
    write(name, "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n" + segment + "\n#EXT-X-ENDLIST\n");
  }
  static std::vector<Packet> all_of(const std::string& url, const SourceOptions& options = {}) {
    return packets_of(*must(open_source(url, options)));
  }

  std::string folder_;
};

TEST_F(HttpSource, gives_the_packets_of_a_file) {
  const media::HttpServer server(folder_);
  const auto local = packets_of(*must(open_source(folder_ + "/clip.mp4", {})));
  for (const char* name : {"clip.mp4", "late.mp4"}) {
    const auto source = must(open_source(server.url(name), {}));
    EXPECT_FALSE(source->live());
    const auto packets = packets_of(*source);
    ASSERT_EQ(packets.size(), local.size()) << name;
    for (std::size_t i = 0; i < local.size(); ++i) {
      EXPECT_EQ(packets[i].pts, local[i].pts);
      EXPECT_TRUE(std::ranges::equal(packets[i].bytes, local[i].bytes));
    }
    must(source->rewind());
    EXPECT_EQ(packets_of(*source).size(), local.size());
  }
}

TEST_F(HttpSource, follows_where_the_server_sends_it) {
  const media::HttpServer server(folder_);
  EXPECT_EQ(all_of(server.url("moved.mp4?" + server.url("clip.mp4"))).size(), 25U);
  EXPECT_THAT(refusal_of(server.url("moved.mp4?file://" + folder_ + "/clip.mp4")), Not(HasSubstr("opened")));
}

TEST_F(HttpSource, of_jpeg_parts_is_live_and_timed_by_arrival) {
  (void)media::output_of("ffmpeg -nostdin -v error -y " + media::pattern("160x120", 25, 0.4) + " -c:v mjpeg " +
                         folder_ + "/%03d.jpg");
  const media::HttpServer server(folder_);
  SourceOptions options;
  options.stall_timeout = 700ms;
  const auto source = must(open_source(server.url("parts"), options));
  EXPECT_TRUE(source->live());
  EXPECT_EQ(source->stream().codec, CodecId::mjpeg);
  std::int64_t last = -1;
  for (int i = 0; i < 10; ++i) {
    const auto packet = must(source->read());
    ASSERT_TRUE(packet.has_value());
    EXPECT_GT(packet->pts, last);
    last = packet->pts;
  }
  const auto stalled = source->read();
  ASSERT_FALSE(stalled.ok());
  EXPECT_THAT(stalled.error().text(), HasSubstr("no picture came for 0.7 s"));
}

TEST_F(HttpSource, of_ts_without_an_end_is_live_and_lost_when_the_server_dies) {
  media::HttpServer server(folder_);
  SourceOptions options;
  options.stall_timeout = 700ms;
  options.open_timeout = 3000ms;
  auto source = must(open_source(server.url("stream"), options));
  EXPECT_TRUE(source->live());
  ASSERT_TRUE(must(source->read()).has_value());
  server.kill();
  Result<std::optional<Packet>> read = source->read();
  while (read && read->has_value()) read = source->read();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, ErrorKind::source);
}

TEST_F(HttpSource, plays_a_playlist_and_the_playlists_that_it_names) {
  put("one.ts", copied("http.ts", "-an"));
  const media::HttpServer server(folder_);
  write_playlist("list.m3u8", "one.ts");
  write_playlist("absolute.m3u8", server.url("one.ts"));
  write("master.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlist.m3u8\n");
  for (const char* name : {"list.m3u8", "absolute.m3u8", "master.m3u8"}) {
    EXPECT_EQ(all_of(server.url(name)).size(), 25U) << name;
  }
}

TEST_F(HttpSource, refuses_what_a_playlist_names_elsewhere) {
  put("one.ts", copied("http.ts", "-an"));
  const media::HttpServer server(folder_);
  const media::HttpServer other(folder_);
  write_playlist("local.m3u8", folder_ + "/one.ts");
  write_playlist("file.m3u8", "file://" + folder_ + "/one.ts");
  write_playlist("other.m3u8", other.url("one.ts"));
  write_playlist("concat.m3u8", "concat:" + server.url("one.ts"));
  write("master.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\n" + other.url("list.m3u8") + "\n");
  write("key.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-KEY:METHOD=AES-128,URI=\"file://" + folder_ +
                        "/one.ts\"\n#EXTINF:1.0,\none.ts\n#EXT-X-ENDLIST\n");
  write("map.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"" + other.url("clip.mp4") +
                        "\"\n#EXTINF:1.0,\none.ts\n#EXT-X-ENDLIST\n");
  for (const char* name : {"local.m3u8", "file.m3u8", "concat.m3u8", "key.m3u8", "map.m3u8"}) {
    EXPECT_THAT(refusal_of(server.url(name)), Not(HasSubstr("opened"))) << name;
  }
  EXPECT_THAT(refusal_of(server.url("other.m3u8")), HasSubstr("which is not on its own host"));
  EXPECT_THAT(refusal_of(server.url("master.m3u8")), HasSubstr("which is not on its own host"));
}

TEST_F(HttpSource, refuses_a_playlist_that_is_a_file) {
  write_playlist("list.m3u8", "one.ts");
  EXPECT_THAT(refusal_of(folder_ + "/list.m3u8"), HasSubstr("is a playlist"));
}

TEST_F(HttpSource, says_what_went_wrong) {
  media::HttpServer server(folder_);
  write("text.mp4", std::string(4000, 'x'));
  EXPECT_THAT(refusal_of(server.url("missing.mp4")), HasSubstr("nothing of this name"));
  EXPECT_THAT(refusal_of(server.url("text.mp4")), HasSubstr("not a video"));
  const std::string gone = server.url("clip.mp4");
  server.kill();
  EXPECT_THAT(refusal_of(gone), HasSubstr("connection refused"));
}

TEST_F(HttpSource, trusts_a_certificate_only_when_told_to) {
  const std::string pem = folder_ + "/server.pem";
  (void)media::output_of(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext "
      "subjectAltName=IP:127.0.0.1 -keyout " +
      pem + ".key -out " + pem + ".crt && cat " + pem + ".crt " + pem + ".key > " + pem);
  const media::HttpServer server(folder_, pem);
  EXPECT_THAT(refusal_of(server.url("clip.mp4")), AllOf(HasSubstr("certificate"), Not(HasSubstr("opened"))));
  SourceOptions options;
  options.ca_file = pem + ".crt";
  EXPECT_EQ(all_of(server.url("clip.mp4"), options).size(), 25U);
}

TEST_F(HttpSource, can_be_probed) {
  const media::HttpServer server(folder_);
  const auto report = must(probe_source(server.url("clip.mp4"), {}));
  EXPECT_EQ(report.frames, 25);
  EXPECT_FALSE(report.live);
}

}  // namespace
}  // namespace lyn
