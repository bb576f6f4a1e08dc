// Cameras that cannot be played, each with its cause and in its time (FAULTS 1 to 6, 13, 14).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "core/clock.h"
#include "stages/ingest/camera_script.h"
#include "stages/ingest/reading.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kSoon = 1s;   ///< what FAULTS wants seen within a second
constexpr auto kSlack = 2s;  ///< for a busy machine

/// How a camera is lost: opened or not, until the error.
struct Loss {
  bool opened = false;
  Error error;
  Clock::Monotonic::duration after{};
};

Loss loss_of(const std::string& url, const SourceOptions& options = {}) {
  const auto began = system_clock().now();
  Loss loss;
  const auto source = open_source(url, options);
  loss.opened = source.ok();
  if (source) {
    for (;;) {
      const auto packet = (*source)->read();
      if (packet) continue;
      loss.error = packet.error();
      break;
    }
  } else {
    loss.error = source.error();
  }
  loss.after = system_clock().now() - began;
  return loss;
}

Loss loss_by(media::ScriptedServer::Script script, const SourceOptions& options = {}) {
  const media::ScriptedServer camera(std::move(script));
  return loss_of(camera.url(), options);
}

/// The camera answers its first request with `bytes` and is silent.
Loss loss_by_answer(const std::string& bytes) {
  return loss_by([&](Client& client) {
    client.request();
    client.send(bytes);
    client.wait_for_close();
  });
}

TEST(RtspFaults, a_name_that_does_not_resolve) {
  const Loss loss = loss_of("rtsp://no-such-camera.invalid/main");
  EXPECT_EQ(loss.error.fault, SourceFault::unresolved) << loss.error.text();
  EXPECT_THAT(loss.error.text(), HasSubstr("no-such-camera.invalid/main: the host name is not known"));
}

TEST(RtspFaults, what_is_not_rtsp) {
  for (const char* bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "\x15\x03\x01\x00\x02\x02\x50"}) {
    const Loss loss = loss_by_answer(bytes);
    EXPECT_EQ(loss.error.fault, SourceFault::not_rtsp) << loss.error.text();
    EXPECT_LT(loss.after, kSoon + kSlack);
  }
}

TEST(RtspFaults, a_description_that_is_none) {
  const Loss loss = loss_by([](Client& client) {
    Answers answers;
    answers.sdp = "<html>hello</html>";
    play(client, answers);
  });
  EXPECT_EQ(loss.error.fault, SourceFault::not_rtsp) << loss.error.text();
}

TEST(RtspFaults, answers_without_bound) {
  const std::string endless = "RTSP/1.0 200 OK\r\nX: " + std::string(100'000, 'x');
  EXPECT_EQ(loss_by_answer(endless).error.fault, SourceFault::limit);
  const Loss sdp = loss_by_answer("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2000000000\r\n\r\n");
  EXPECT_EQ(sdp.error.fault, SourceFault::limit);
  EXPECT_LT(sdp.after, kSoon + kSlack) << "refused by what it says, not when it has come";
}

TEST(RtspFaults, an_absurd_size) {
  // 65,520 x 65,520 in Baseline: 4095 macroblocks each way
  const Bytes absurd{0x67, 0x42, 0x00, 0x33, 0xDA, 0x00, 0x0F, 0xFF, 0x00, 0x1F, 0xFF, 0x10};
  const Loss loss = loss_by([&](Client& client) {
    play(client);
    client.interleaved(0, rtp(1, 0, false, absurd));
    client.interleaved(0, rtp(2, 0, false, kPps));
    client.interleaved(0, rtp(3, 0, true, kIdr));
    client.wait_for_close();
  });
  EXPECT_EQ(loss.error.fault, SourceFault::limit) << loss.error.text();
  EXPECT_THAT(loss.error.text(), HasSubstr("are refused"));
  EXPECT_FALSE(loss.opened);
}

TEST(RtspFaults, silence_before_each_answer) {
  SourceOptions options;
  options.open_timeout = 300ms;
  for (int answered = 0; answered < 4; ++answered) {
    const Loss loss = loss_by(
        [&](Client& client) {
          for (int i = 0; i < answered; ++i) {
            const std::string request = client.request();
            client.answer(request, "200 OK\r\nSession: 1", request.starts_with("DESCRIBE") ? kSdp : "");
          }
          client.wait_for_close();
        },
        options);
    EXPECT_EQ(loss.error.fault, SourceFault::timeout) << loss.error.text();
    EXPECT_THAT(loss.error.text(),
                HasSubstr(std::vector{"OPTIONS", "DESCRIBE", "SETUP", "PLAY"}[static_cast<std::size_t>(answered)]));
    EXPECT_LT(loss.after, 300ms + kSlack);
  }
}

TEST(RtspFaults, an_answer_that_trickles) {
  SourceOptions options;
  options.open_timeout = 300ms;
  const Loss loss =
      loss_by([](Client& client) { client.send("RTSP/1.0 200 OK\r\nCSeq: 1\r\n"), client.wait_for_close(); }, options);
  EXPECT_EQ(loss.error.fault, SourceFault::timeout);
}

TEST(RtspFaults, no_media_after_play) {
  SourceOptions options;
  options.open_timeout = 300ms;
  const Loss loss = loss_by(
      [](Client& client) {
        play(client);
        client.wait_for_close();
      },
      options);
  EXPECT_EQ(loss.error.fault, SourceFault::no_media) << loss.error.text();
  EXPECT_LT(loss.after, 300ms + kSlack);
}

TEST(RtspFaults, media_that_stop_before_a_keyframe) {
  SourceOptions options;
  options.stall_timeout = 300ms;
  const Loss loss = loss_by(
      [](Client& client) {
        play(client);
        client.interleaved(0, rtp(1, 0, true, kSlice));
        client.wait_for_close();
      },
      options);
  EXPECT_EQ(loss.error.fault, SourceFault::stalled) << loss.error.text();
  EXPECT_FALSE(loss.opened);
}

TEST(RtspFaults, a_connection_that_ends_in_mid_stream) {
  for (const bool reset : {false, true}) {
    const Loss loss = loss_by([&](Client& client) {
      play(client);
      send_keyframe(client);
      client.interleaved(0, rtp(3, 3600, true, kSlice));
      if (reset) client.reset();
    });
    EXPECT_EQ(loss.error.fault, SourceFault::closed) << loss.error.text();
    EXPECT_LT(loss.after, kSoon + kSlack);
  }
}

TEST(RtspFaults, a_goodbye) {
  const Loss loss = loss_by([](Client& client) {
    play(client);
    send_keyframe(client);
    client.interleaved(1, Bytes{0x81, 203, 0, 1, 0x11, 0x22, 0x33, 0x44});
    client.wait_for_close();
  });
  EXPECT_TRUE(loss.opened);
  EXPECT_EQ(loss.error.fault, SourceFault::closed) << loss.error.text();
  EXPECT_LT(loss.after, kSoon + kSlack);
}

TEST(RtspFaults, another_host_is_never_asked) {
  const media::ScriptedServer victim([](Client& client) { client.wait_for_close(); });
  const std::string elsewhere = "rtsp://localhost:" + std::to_string(victim.port()) + "/x";  // not 127.0.0.1 by name
  const Loss redirect = loss_by([&](Client& client) {
    client.answer(client.request(), "302 Moved\r\nLocation: " + elsewhere);
    client.wait_for_close();
  });
  EXPECT_EQ(redirect.error.fault, SourceFault::elsewhere) << redirect.error.text();
  const Loss control = loss_by([&](Client& client) {
    Answers answers;
    answers.sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:" + elsewhere + "\r\n";
    play(client, answers);
  });
  EXPECT_EQ(control.error.fault, SourceFault::elsewhere) << control.error.text();
  EXPECT_EQ(victim.connections(), 0);
}

TEST(RtspFaults, a_redirect_that_never_ends) {
  std::string own;
  const media::ScriptedServer camera([&](Client& client) {
    client.answer(client.request(), "302 Moved\r\nLocation: " + own);
    client.wait_for_close();
  });
  own = camera.url("again");
  EXPECT_EQ(loss_of(camera.url()).error.fault, SourceFault::elsewhere);
  EXPECT_LE(camera.connections(), 5);
}

TEST(RtspFaults, a_password_is_not_tried_again_and_again) {
  int asked = 0;
  const media::ScriptedServer camera([&](Client& client) {
    for (std::string request = client.request(); !request.empty(); request = client.request()) {
      ++asked;
      client.answer(
          request, "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"c\", nonce=\"" + std::to_string(asked) + "\"");
    }
  });
  const Loss loss = loss_of(camera.url("main", "me:hunter2"));
  EXPECT_EQ(loss.error.fault, SourceFault::unauthorised);
  EXPECT_THAT(loss.error.text(), ::testing::Not(HasSubstr("hunter2")));
  EXPECT_EQ(asked, 2) << "once without, once with it";
}

TEST(RtspFaults, a_session_that_the_camera_forgot) {
  const Loss loss = loss_by([](Client& client) {
    Answers answers;
    answers.setup = "200 OK\r\nSession: 7;timeout=1";
    play(client, answers);
    send_keyframe(client);
    client.answer(client.request(), "454 Session Not Found");
    client.wait_for_close();
  });
  EXPECT_EQ(loss.error.fault, SourceFault::closed) << loss.error.text();
  EXPECT_THAT(loss.error.text(), HasSubstr("ended the session"));
}

}  // namespace
}  // namespace lyn
