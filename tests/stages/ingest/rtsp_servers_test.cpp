// What servers really do, beside what RFC 2326 says: each of these is played.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "stages/ingest/camera_script.h"
#include "stages/ingest/reading.h"
#include "stages/ingest/rtsp_source.h"

namespace lyn {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kTracks = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n";

/// Answers each request by `answer`, which gives status, headers and a body (behind an empty line), or "" for what a
/// plain camera says; after PLAY comes a keyframe. Gives what was asked.
class Camera {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  explicit Camera(Answer answer)
      : server_([this, answer = std::move(answer)](Client& client) { serve(client, answer); }) {}

  /// Plays it; gives the first picture.
  Packet first_picture(const SourceOptions& options = {}) {
    const auto source = must(open_source(server_.url("main", "me:secret"), options));
    return *must(source->read());
  }
  std::vector<std::string> asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] const media::ScriptedServer& server() const { return server_; }

 private:
  static std::string plain(const std::string& request) {
    if (request.starts_with("OPTIONS")) return "200 OK\r\nPublic: DESCRIBE, SETUP, PLAY, TEARDOWN";
    if (request.starts_with("DESCRIBE")) return "200 OK\r\n\r\n" + kTracks;
    if (request.starts_with("SETUP")) return "200 OK\r\nSession: 7\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1";
    return "200 OK";
  }
  void serve(Client& client, const Answer& answer) {
    bool playing = false;
    for (std::string request = client.request(); !request.empty(); request = client.request()) {
      {
        std::lock_guard lock(mutex_);
        asked_.push_back(media::what_of(request));
      }
      std::string said = answer(request);
      if (said.empty()) said = plain(request);
      const auto body = said.find("\r\n\r\n");
      client.answer(request, said.substr(0, body), body == std::string::npos ? "" : said.substr(body + 4));
      if (request.starts_with("PLAY") && said.starts_with("200") && !std::exchange(playing, true))
        send_keyframe(client);
    }
  }
  std::mutex mutex_;
  std::vector<std::string> asked_;
  media::ScriptedServer server_;
};

std::string path_of(const std::string& what) {
  return what.substr(what.find(' ') + 1);
}

/// The first request of this method.
std::string first_of(const std::vector<std::string>& asked, const std::string& method) {
  const auto found = std::ranges::find_if(asked, [&](const auto& what) { return what.starts_with(method); });
  return found == asked.end() ? "" : *found;
}

TEST(RtspServers, do_without_rtcp_range_and_rtp_info) {
  Camera camera([](const std::string&) { return ""; });
  const auto packet = camera.first_picture();
  EXPECT_TRUE(packet.key);
  EXPECT_FALSE(packet.captured.has_value());
}

TEST(RtspServers, name_a_content_base_that_leads_nowhere) {
  Camera camera([](const std::string& request) -> std::string {
    if (request.starts_with("DESCRIBE")) return "200 OK\r\nContent-Base: rtsp://127.0.0.1/inside/\r\n\r\n" + kTracks;
    if (request.starts_with("SETUP") && request.find("/inside/") != std::string::npos) return "404 Not Found";
    return "";
  });
  EXPECT_TRUE(camera.first_picture().key);
  EXPECT_THAT(camera.asked(), Contains("SETUP /inside/trackID=1"));
  EXPECT_THAT(camera.asked(), Contains("SETUP /main/trackID=1"));
  EXPECT_THAT(camera.asked(), Contains("PLAY /main"));
}

TEST(RtspServers, have_no_such_track_at_all) {
  Camera camera([](const std::string& request) { return request.starts_with("SETUP") ? "404 Not Found" : ""; });
  EXPECT_THAT(refusal_of(camera.server().url()), HasSubstr("no stream of this name"));
}

TEST(RtspServers, name_their_tracks_in_many_ways) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"trackID=1", "/main/trackID=1"},
      {"/trackID=1", "/trackID=1"},
      {"rtsp://127.0.0.1/other/track?x=1", "/other/track?x=1"},
      {"RTSP://127.0.0.1:554/upper", "/upper"},
      {"*", "/main"},
      {"streamid=0?profile=p;token=1", "/main/streamid=0?profile=p;token=1"}};
  for (const auto& [control, path] : cases) {
    Camera camera([&](const std::string& request) -> std::string {
      if (!request.starts_with("DESCRIBE")) return "";
      return "200 OK\r\n\r\nv=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:" + control + "\r\n";
    });
    EXPECT_TRUE(camera.first_picture().key) << control;
    EXPECT_EQ(path_of(first_of(camera.asked(), "SETUP")), path);
    EXPECT_EQ(path_of(first_of(camera.asked(), "PLAY")), "/main")
        << "without a control of its own the session is what was asked";
  }
}

TEST(RtspServers, name_the_whole_session_in_many_ways) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"*", "/main"}, {"rtsp://127.0.0.1/whole/", "/whole/"}, {"whole", "/main/whole"}};
  for (const auto& [control, path] : cases) {
    Camera camera([&](const std::string& request) -> std::string {
      if (!request.starts_with("DESCRIBE")) return "";
      return "200 OK\r\n\r\nv=0\r\na=control:" + control + "\r\n" + kTracks.substr(5);
    });
    EXPECT_TRUE(camera.first_picture().key) << control;
    EXPECT_EQ(path_of(first_of(camera.asked(), "PLAY")), path);
  }
}

TEST(RtspServers, play_track_by_track_only) {
  Camera camera([](const std::string& request) {
    const bool track = request.find("trackID=") != std::string::npos;
    return request.starts_with("PLAY") && !track ? "459 Aggregate Operation Not Allowed" : "";
  });
  EXPECT_TRUE(camera.first_picture().key);
  EXPECT_THAT(camera.asked(), Contains("PLAY /main/trackID=1"));
}

TEST(RtspServers, allow_neither_the_whole_nor_a_track) {
  Camera camera([](const std::string& request) {
    return request.starts_with("PLAY") ? "459 Aggregate Operation Not Allowed" : "";
  });
  EXPECT_THAT(refusal_of(camera.server().url()), HasSubstr("answered 459 to PLAY"));
}

TEST(RtspServers, describe_several_media) {
  Camera camera([](const std::string& request) -> std::string {
    if (!request.starts_with("DESCRIBE")) return "";
    return "200 OK\r\n\r\nv=0\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n"
           "a=control:meta\r\nm=audio 0 RTP/AVP 0\r\na=control:sound\r\nm=video 0 RTP/AVP 97\r\n"
           "a=rtpmap:97 VP8/90000\r\na=control:vp8\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
           "a=control:h264\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:second\r\n";
  });
  EXPECT_TRUE(camera.first_picture().key);
  EXPECT_THAT(camera.asked(),
              ElementsAre("OPTIONS /main", "DESCRIBE /main", "SETUP /main/h264", "PLAY /main", StartsWith("TEARDOWN")));
}

TEST(RtspServers, write_oddly) {
  Camera camera([](const std::string& request) -> std::string {
    if (request.starts_with("DESCRIBE")) {
      return "200 OK\r\nCONTENT-BASE :rtsp://127.0.0.1/main/  \r\n\r\nv=0\nm=video 0  RTP/AVP 96\nA=ignored\n"
             "a=RTPMAP: 96  h264/90000/1\na=FMTP:96 Packetization-Mode=1 ; SPROP-parameter-sets = "
             "\"Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA\" ;\na=Control: trackID=1 \n";
    }
    if (request.starts_with("SETUP")) {
      return "200 OK\r\nsession:  7 ; TIMEOUT = 30\r\ntransport : rtp/avp/tcp ; unicast ; Interleaved = 0-1 ; "
             "SSRC=0x11223344 ; mode=\"PLAY\"";
    }
    return "";
  });
  const auto source = must(open_source(camera.server().url(), {}));
  EXPECT_EQ(source->stream().width, 320);
  EXPECT_THAT(camera.asked(), Contains("SETUP /main/trackID=1"));
}

TEST(RtspServers, pad_base64_in_their_own_way) {
  for (const char* sets : {"Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA==", "Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA",
                           "Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA=,", ",Z0LADdoFB+hAAAADAEAAAAyDxQqo====,aM4PyA=="}) {
    const media::ScriptedServer camera([&](Client& client) {
      Answers answers;
      answers.sdp = kSdp + "a=fmtp:96 sprop-parameter-sets=" + sets + "\r\n";
      play(client, answers);
      client.interleaved(0, rtp(1, 0, true, kIdr));  // nothing in band
      client.wait_for_close();
    });
    const auto source = must(open_source(camera.url(), {}));
    EXPECT_EQ(source->stream().width, 320) << sets;
  }
}

TEST(RtspServers, let_a_nonce_grow_stale_between_requests) {
  int given = 0;
  Camera camera([&](const std::string& request) -> std::string {
    const std::string nonce = "nonce=\"n" + std::to_string(given) + "\"";
    if (given > 0 && request.find(nonce) != std::string::npos && !request.starts_with("PLAY")) return "";
    if (request.starts_with("PLAY") && request.find("nonce=\"last\"") != std::string::npos) return "200 OK";
    const std::string fresh = request.starts_with("PLAY") ? "last" : "n" + std::to_string(++given);
    return "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"\r\nWWW-Authenticate: digest Realm=\"c\" , "
           "Nonce=\"" +
           fresh + "\" , STALE=TRUE";
  });
  EXPECT_TRUE(camera.first_picture().key);
  EXPECT_THAT(camera.asked(), ElementsAre("OPTIONS /main", "OPTIONS /main", "DESCRIBE /main", "SETUP /main/trackID=1",
                                          "PLAY /main", "PLAY /main", StartsWith("TEARDOWN")));
}

}  // namespace
}  // namespace lyn
