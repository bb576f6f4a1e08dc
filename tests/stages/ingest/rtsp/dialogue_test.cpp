#include "stages/ingest/rtsp/dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n";

/// A conversation: what the server says goes in, what the client does comes out in words.
class Talk {
 public:
  explicit Talk(const std::string& url, bool udp = false, std::vector<std::string> allowed = {}, bool audio = false)
      : dialogue_({.url = *parse_url(url),
                   .shown = "cam",
                   .udp = udp,
                   .with_audio = audio,
                   .allowed_hosts = std::move(allowed),
                   .open_ports = [](std::size_t track) {
                     return Result<std::uint16_t>(static_cast<std::uint16_t>(5000 + 2 * track));
                   }}) {
    note(dialogue_.start("10.0.0.7"));
  }

  /// `head`: status and headers; the CSeq is put in.
  Talk& say(const std::string& head, const std::string& body = "") {
    std::string text = "RTSP/1.0 " + head + "\r\nCSeq: " + std::to_string(dialogue_.cseq()) + "\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return hear(text + "\r\n" + body);
  }
  Talk& hear(const std::string& raw) {
    const auto bytes = bytes_of(raw);
    const auto parsed = parse_message(bytes);
    note(dialogue_.on_response(std::get<ParsedMessage>(parsed).message));
    return *this;
  }
  Talk& describe(const std::string& sdp = kSdp, const std::string& headers = "") {
    return say("200 OK").say("200 OK" + headers, sdp);
  }

  std::string last;  ///< the request, "playing", "wait", "go to URL", or the error
  SourceFault fault{};
  Dialogue& dialogue() { return dialogue_; }

 private:
  void note(Dialogue::Step step) {
    if (auto* send = std::get_if<Dialogue::Send>(&step)) last = send->request;
    if (std::holds_alternative<Dialogue::Wait>(step)) last = "wait";
    if (std::holds_alternative<Dialogue::Playing>(step)) last = "playing";
    if (auto* redirect = std::get_if<Dialogue::GoTo>(&step)) last = "go to " + redirect->url.text();
    if (auto* error = std::get_if<Error>(&step)) {
      last = error->text();
      fault = error->fault;
    }
  }
  Dialogue dialogue_;
};

std::string first_line(const std::string& request) {
  return request.substr(0, request.find('\r'));
}

TEST(Dialogue, plays_over_tcp) {
  Talk talk("rtsp://me:secret@10.0.0.7/main");
  EXPECT_EQ(first_line(talk.last), "OPTIONS rtsp://10.0.0.7/main RTSP/1.0");
  talk.say("200 OK\r\nPublic: DESCRIBE, SETUP, GET_PARAMETER");
  EXPECT_EQ(first_line(talk.last), "DESCRIBE rtsp://10.0.0.7/main RTSP/1.0");
  EXPECT_THAT(talk.last, Not(HasSubstr("Authorization"))) << "no password before it is asked for";
  talk.say("200 OK\r\nContent-Base: rtsp://10.0.0.7/main/", kSdp);
  EXPECT_EQ(first_line(talk.last), "SETUP rtsp://10.0.0.7/main/trackID=1 RTSP/1.0");
  EXPECT_THAT(talk.last, HasSubstr("Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"));
  talk.say("200 OK\r\nSession: 42;timeout=20\r\nTransport: RTP/AVP/TCP;interleaved=6-7");
  EXPECT_EQ(first_line(talk.last), "PLAY rtsp://10.0.0.7/main/ RTSP/1.0");
  EXPECT_THAT(talk.last, HasSubstr("Session: 42\r\n"));
  talk.say("200 OK");
  EXPECT_EQ(talk.last, "playing");
  EXPECT_EQ(talk.dialogue().tracks().at(0).rtp_channel, 6) << "the server chose the channels";
  EXPECT_EQ(talk.dialogue().session_timeout_s(), 20U);
  EXPECT_EQ(first_line(talk.dialogue().keep_alive()), "GET_PARAMETER rtsp://10.0.0.7/main/ RTSP/1.0");
  EXPECT_EQ(first_line(talk.dialogue().teardown()), "TEARDOWN rtsp://10.0.0.7/main/ RTSP/1.0");
}

TEST(Dialogue, plays_over_udp) {
  Talk talk("rtsp://10.0.0.7/main", true);
  talk.describe();
  EXPECT_THAT(talk.last, HasSubstr("Transport: RTP/AVP;unicast;client_port=5000-5001\r\n"));
  talk.say("200 OK\r\nSession: 42\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=6970-6971")
      .say("200 OK");
  EXPECT_EQ(talk.last, "playing");
  EXPECT_EQ(talk.dialogue().tracks().at(0).server_ports->first, 6970);
}

TEST(Dialogue, keeps_alive_by_options_where_there_is_nothing_better) {
  Talk talk("rtsp://10.0.0.7/main");
  talk.say("501 Not Implemented");
  EXPECT_EQ(first_line(talk.last), "DESCRIBE rtsp://10.0.0.7/main RTSP/1.0") << "OPTIONS may be unknown";
  talk.say("200 OK", kSdp).say("200 OK\r\nSession: 1").say("200 OK");
  EXPECT_THAT(talk.dialogue().keep_alive(), HasSubstr("OPTIONS"));
}

TEST(Dialogue, stops_using_get_parameter_where_it_only_seemed_to_exist) {
  Talk talk("rtsp://10.0.0.7/main");
  talk.say("200 OK\r\nPublic: GET_PARAMETER").say("200 OK", kSdp).say("200 OK\r\nSession: 1").say("200 OK");
  EXPECT_THAT(talk.dialogue().keep_alive(), HasSubstr("GET_PARAMETER"));
  talk.say("451 Parameter Not Understood");
  EXPECT_EQ(talk.last, "wait");
  EXPECT_THAT(talk.dialogue().keep_alive(), HasSubstr("OPTIONS"));
  talk.say("454 Session Not Found");
  EXPECT_EQ(talk.fault, SourceFault::closed);
}

TEST(Dialogue, answers_a_challenge_once) {
  const std::string asks = "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n1\"";
  Talk talk("rtsp://me:secret@10.0.0.7/main");
  talk.say(asks);
  EXPECT_EQ(first_line(talk.last), "OPTIONS rtsp://10.0.0.7/main RTSP/1.0");
  EXPECT_THAT(talk.last, HasSubstr("Authorization: Digest username=\"me\""));
  EXPECT_THAT(talk.last, Not(HasSubstr("secret")));
  talk.say("200 OK");
  EXPECT_THAT(talk.last, HasSubstr("Authorization: Digest")) << "what follows carries the answer at once";
  talk.say("401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n2\"");
  EXPECT_THAT(talk.last, HasSubstr("nonce=\"n2\"")) << "a nonce may be gone by the next request";
  talk.say(asks);
  EXPECT_THAT(talk.last, HasSubstr("refused user or password"));
  EXPECT_EQ(talk.fault, SourceFault::unauthorised);
}

TEST(Dialogue, renews_a_stale_nonce_but_not_for_ever) {
  Talk talk("rtsp://me:secret@10.0.0.7/main");
  talk.say("401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n0\"");
  int answers = 0;
  while (talk.fault == SourceFault::other && answers < 10) {
    ++answers;
    talk.say("401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", stale=true, nonce=\"n" +
             std::to_string(answers) + "\"");
  }
  EXPECT_EQ(answers, 3);
  EXPECT_EQ(talk.fault, SourceFault::unauthorised);
}

TEST(Dialogue, does_not_answer_a_challenge_that_it_cannot) {
  Talk without("rtsp://10.0.0.7/main");
  without.say("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"");
  EXPECT_EQ(without.fault, SourceFault::unauthorised);
  Talk unknown("rtsp://me:secret@10.0.0.7/main");
  unknown.say("401 Unauthorized\r\nWWW-Authenticate: Negotiate");
  EXPECT_THAT(unknown.last, HasSubstr("a way that is not known here"));
}

TEST(Dialogue, follows_a_redirect_to_the_same_host_only) {
  Talk same("rtsp://me:secret@10.0.0.7/main");
  same.say("302 Found\r\nLocation: rtsp://10.0.0.7:8554/other");
  EXPECT_EQ(same.last, "go to rtsp://10.0.0.7:8554/other");
  for (int i = 0; i < 3; ++i) same.say("301 Moved\r\nLocation: rtsp://10.0.0.7/again");
  EXPECT_EQ(same.fault, SourceFault::elsewhere) << "a redirect loop ends";

  const std::string away = "302 Found\r\nLocation: rtsp://169.254.169.254/latest";
  Talk other("rtsp://10.0.0.7/main");
  other.say(away);
  EXPECT_THAT(other.last, HasSubstr("the camera redirects to another host, 169.254.169.254"));
  EXPECT_EQ(other.fault, SourceFault::elsewhere);
  Talk allowed("rtsp://10.0.0.7/main", false, {"169.254.169.254"});
  EXPECT_EQ(allowed.say(away).last, "go to rtsp://169.254.169.254/latest");
  Talk plain("rtsps://10.0.0.7/main");
  plain.say("302 Found\r\nLocation: rtsp://10.0.0.7/main");
  EXPECT_EQ(plain.fault, SourceFault::elsewhere) << "a secure source stays secure";
  Talk none("rtsp://10.0.0.7/main");
  EXPECT_EQ(none.say("302 Found\r\nLocation: http://10.0.0.7/").fault, SourceFault::elsewhere);
}

TEST(Dialogue, refuses_a_description_that_points_to_another_host) {
  Talk track("rtsp://10.0.0.7/main");
  track.describe("v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:rtsp://10.0.0.9/t\r\n");
  EXPECT_THAT(track.last, HasSubstr("points to another host, 10.0.0.9"));
  Talk connection("rtsp://10.0.0.7/main");
  connection.describe(std::string("c=IN IP4 10.0.0.9\r\n") + kSdp);
  EXPECT_EQ(connection.fault, SourceFault::elsewhere);
  Talk session("rtsp://10.0.0.7/main");
  session.describe(std::string("a=control:rtsp://10.0.0.9/\r\n") + kSdp);
  EXPECT_EQ(session.fault, SourceFault::elsewhere);
}

TEST(Dialogue, takes_harmless_addresses_in_a_description) {
  for (const char* line : {"c=IN IP4 0.0.0.0\r\n", "c=IN IP4 10.0.0.7\r\n", "c=IN IP4 239.1.1.1/127\r\n",
                           "c=IN IP4 CAM\r\n", "a=control:rtsp://10.0.0.7/main\r\n", "a=control:*\r\n"}) {
    Talk talk("rtsp://cam/main");
    talk.describe(std::string(line) + kSdp);
    EXPECT_THAT(talk.last, HasSubstr("SETUP rtsp://")) << line;
  }
}

TEST(Dialogue, does_without_a_content_base_that_is_wrong) {
  for (const char* base : {"rtsp://192.168.1.64:554/inside/", "/main", "nonsense"}) {
    Talk talk("rtsp://10.0.0.7/main");
    talk.describe(kSdp, std::string("\r\nContent-Base: ") + base);
    EXPECT_EQ(first_line(talk.last), "SETUP rtsp://10.0.0.7/main/trackID=1 RTSP/1.0") << base;
  }
}

TEST(Dialogue, names_what_a_camera_refuses) {
  const std::vector<std::tuple<std::string, SourceFault, std::string>> cases{
      {"404 Not Found", SourceFault::not_found, "no stream of this name"},
      {"403 Forbidden", SourceFault::unauthorised, "forbids"},
      {"453 Not Enough Bandwidth", SourceFault::busy, "as many streams"},
      {"503 Service Unavailable", SourceFault::busy, "as many streams"},
      {"500 Oops", SourceFault::busy, "answered 500 to DESCRIBE"},
      {"415 x", SourceFault::other, "answered 415 to DESCRIBE"}};
  for (const auto& [status, fault, words] : cases) {
    Talk talk("rtsp://10.0.0.7/main");
    talk.say("200 OK").say(status);
    EXPECT_EQ(talk.fault, fault) << status;
    EXPECT_THAT(talk.last, HasSubstr(words));
  }
}

TEST(Dialogue, names_a_transport_that_the_camera_does_not_have) {
  Talk tcp("rtsp://10.0.0.7/main");
  tcp.describe().say("461 Unsupported Transport");
  EXPECT_THAT(tcp.last, HasSubstr("does not send over tcp; set transport: udp"));
  Talk udp("rtsp://10.0.0.7/main", true);
  udp.describe().say("200 OK\r\nSession: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1");
  EXPECT_THAT(udp.last, HasSubstr("does not send over udp; set transport: tcp"));
  EXPECT_EQ(udp.fault, SourceFault::unsupported);
}

TEST(Dialogue, lets_late_and_preliminary_answers_pass) {
  Talk talk("rtsp://10.0.0.7/main");
  EXPECT_EQ(talk.hear("RTSP/1.0 404 Not Found\r\nCSeq: 77\r\n\r\n").last, "wait");
  EXPECT_EQ(talk.say("100 Continue").last, "wait");
  talk.hear("RTSP/1.0 200 OK\r\n\r\n");
  EXPECT_THAT(talk.last, HasSubstr("DESCRIBE")) << "an answer without CSeq is one";
}

TEST(Dialogue, plays_without_a_range_where_ranges_are_refused) {
  Talk talk("rtsp://10.0.0.7/main");
  talk.describe().say("200 OK\r\nSession: 1").say("457 Invalid Range");
  EXPECT_THAT(talk.last, HasSubstr("PLAY"));
  EXPECT_THAT(talk.last, Not(HasSubstr("Range")));
  EXPECT_EQ(talk.say("200 OK").last, "playing");
}

TEST(Dialogue, plays_each_track_where_the_session_cannot_be_played) {
  Talk talk("rtsp://10.0.0.7/main", false, {}, true);
  talk.describe(std::string(kSdp) + "m=audio 0 RTP/AVP 8\r\na=control:trackID=2\r\n");
  talk.say("200 OK\r\nSession: 1").say("200 OK\r\nSession: 1").say("459 Aggregate Operation Not Allowed");
  EXPECT_EQ(first_line(talk.last), "PLAY rtsp://10.0.0.7/main/trackID=1 RTSP/1.0");
  EXPECT_EQ(first_line(talk.say("200 OK").last), "PLAY rtsp://10.0.0.7/main/trackID=2 RTSP/1.0");
  EXPECT_EQ(talk.say("200 OK").last, "playing");
  EXPECT_EQ(first_line(talk.dialogue().teardown()), "TEARDOWN rtsp://10.0.0.7/main/trackID=1 RTSP/1.0");
}

TEST(Dialogue, answers_requests_of_the_server) {
  const auto answer = [](const char* text) {
    const auto bytes = bytes_of(text);
    return Dialogue::answer(std::get<ParsedMessage>(parse_message(bytes)).message);
  };
  EXPECT_EQ(answer("OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n"), "RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n");
  EXPECT_EQ(answer("REDIRECT * RTSP/1.0\r\nCSeq: 6\r\n\r\n"), "RTSP/1.0 501 Not Implemented\r\nCSeq: 6\r\n\r\n");
}

}  // namespace
}  // namespace lyn::rtsp
