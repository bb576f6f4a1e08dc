// Cameras that behave oddly, but can be played.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "core/clock.h"
#include "stages/ingest/camera_script.h"
#include "stages/ingest/reading.h"
#include "stages/ingest/rtsp_source.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

/// Reads `count` packets of a camera that follows `script`.
std::vector<Packet> packets_from(const media::ScriptedServer& camera, int count, const SourceOptions& options = {}) {
  const auto source = must(open_source(camera.url(), options));
  std::vector<Packet> packets;
  for (int i = 0; i < count; ++i) packets.push_back(*must(source->read()));
  return packets;
}

TEST(RtspDialogue, plays_says_goodbye_and_leaves) {
  std::promise<std::vector<std::string>> seen;
  const media::ScriptedServer camera([&](Client& client) {
    auto requests = play(client);
    send_keyframe(client);
    const std::string last = client.request();
    client.answer(last, "200 OK");
    requests.push_back(media::what_of(last));
    client.wait_for_close();
    seen.set_value(requests);
  });
  const auto packets = packets_from(camera, 1);
  EXPECT_TRUE(packets[0].key);
  EXPECT_EQ(packets[0].pts, 0);
  EXPECT_THAT(seen.get_future().get(),
              ElementsAre("OPTIONS /main", "DESCRIBE /main", "SETUP /main/trackID=1", "PLAY /main", "TEARDOWN /main"));
}

TEST(RtspDialogue, takes_the_channels_that_the_server_chose) {
  const media::ScriptedServer camera([](Client& client) {
    Answers answers;
    answers.setup = "200 OK\r\nsession : 7\r\nTRANSPORT: RTP/AVP/TCP;interleaved=10-11";
    play(client, answers);
    client.interleaved(0, rtp(9, 9, true, kIdr));
    send_keyframe(client, 1, 100, 10);
    client.wait_for_close();
  });
  EXPECT_EQ(packets_from(camera, 1)[0].bytes.size(), 12 + kSps.size() + kPps.size() + kIdr.size());
}

TEST(RtspDialogue, takes_media_that_overtake_the_answer_to_play) {
  const media::ScriptedServer camera([](Client& client) {
    for (;;) {
      const std::string request = client.request();
      if (request.starts_with("PLAY")) {
        send_keyframe(client);
        client.answer(request, "200 OK");
        client.interleaved(0, rtp(3, 3600, true, kSlice));
        return client.wait_for_close();
      }
      if (request.empty()) return;
      client.answer(request, "200 OK\r\nSession: 1", request.starts_with("DESCRIBE") ? kSdp : "");
    }
  });
  const auto packets = packets_from(camera, 2);
  EXPECT_TRUE(packets[0].key);
  EXPECT_EQ(packets[1].pts, 3600);
}

TEST(RtspDialogue, takes_answers_between_data_and_answers_requests_between_them) {
  std::promise<std::string> answered;
  const media::ScriptedServer camera([&](Client& client) {
    play(client);
    send_keyframe(client);
    client.send("OPTIONS rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 31\r\n\r\n");
    client.send("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
    client.interleaved(0, rtp(3, 3600, true, kSlice));
    answered.set_value(client.request());
    client.wait_for_close();
  });
  EXPECT_EQ(packets_from(camera, 2)[1].pts, 3600);
  EXPECT_THAT(answered.get_future().get(), AllOf(StartsWith("RTSP/1.0 200"), HasSubstr("CSeq: 31")));
}

TEST(RtspDialogue, keeps_the_session_alive_within_its_timeout) {
  std::promise<std::string> kept;
  const media::ScriptedServer camera([&](Client& client) {
    Answers answers;
    answers.setup = "200 OK\r\nSession: 7;timeout=1";
    play(client, answers);
    send_keyframe(client);
    const std::string request = client.request();
    kept.set_value(request);
    client.answer(request, "200 OK");
    client.wait_for_close();
  });
  const auto began = system_clock().now();
  const auto source = must(open_source(camera.url(), {}));
  EXPECT_THAT(kept.get_future().get(), AllOf(StartsWith("GET_PARAMETER"), HasSubstr("Session: 7\r\n")));
  EXPECT_LT(system_clock().now() - began, 2s);
}

TEST(RtspDialogue, comes_back_to_a_camera_that_closes_after_asking_for_a_password) {
  const media::ScriptedServer camera([](Client& client) {
    const std::string first = client.request();
    if (first.find("Authorization: Basic") == std::string::npos) {
      return client.answer(first, "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"");
    }
    client.answer(first, "200 OK");
    play(client);
    send_keyframe(client);
    client.wait_for_close();
  });
  const auto source = must(open_source(camera.url("main", "me:pw"), {}));
  EXPECT_TRUE(must(source->read())->key);
  EXPECT_EQ(camera.connections(), 2);
}

TEST(RtspDialogue, follows_a_redirect_on_its_own_host) {
  const media::ScriptedServer real([](Client& client) {
    play(client);
    send_keyframe(client);
    client.wait_for_close();
  });
  const media::ScriptedServer camera([&](Client& client) {
    client.answer(client.request(), "200 OK");
    client.answer(client.request(), "302 Moved\r\nLocation: " + real.url("other"));
    client.wait_for_close();
  });
  EXPECT_TRUE(packets_from(camera, 1)[0].key);
  EXPECT_EQ(real.connections(), 1);
}

TEST(RtspDialogue, begins_at_a_keyframe_with_parameter_sets_of_the_description) {
  const media::ScriptedServer camera([](Client& client) {
    Answers answers;
    answers.sdp =
        kSdp + "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA==\r\n";
    play(client, answers);
    client.interleaved(0, rtp(1, 0, true, kSlice));
    client.interleaved(0, rtp(2, 3600, true, kIdr));
    client.wait_for_close();
  });
  const auto source = must(open_source(camera.url(), {}));
  EXPECT_EQ(source->stream().width, 320);
  const Bytes start{0, 0, 0, 1};
  EXPECT_EQ(source->stream().extradata, start + kSps + start + kPps);
  EXPECT_EQ(rtsp::copy_of(must(source->read())->bytes), start + kIdr);
}

TEST(RtspDialogue, waits_for_parameter_sets_in_band) {
  const media::ScriptedServer camera([](Client& client) {
    play(client);
    client.interleaved(0, rtp(1, 0, true, kIdr));  // a keyframe that nothing can decode
    client.interleaved(0, rtp(2, 3600, true, kSlice));
    send_keyframe(client, 3, 7200);
    client.wait_for_close();
  });
  const auto packet = packets_from(camera, 1)[0];
  EXPECT_EQ(packet.bytes.size(), 12 + kSps.size() + kPps.size() + kIdr.size());
  EXPECT_EQ(packet.pts, 0) << "time begins with the first picture that is given";
}

TEST(RtspDialogue, reports_what_it_received_and_takes_times_from_sender_reports) {
  std::promise<std::string> reported;
  const media::ScriptedServer camera([&](Client& client) {
    play(client);
    // 2024-01-01 00:00:00 UTC at RTP time 0
    client.interleaved(1, Bytes{0x80, 200, 0, 6, 0x11, 0x22, 0x33, 0x44, 0xE9, 0x3C, 0x7F, 0x00, 0, 0,
                                0,    0,   0, 0, 0,    0,    0,    0,    0,    1,    0,    0,    0, 9});
    send_keyframe(client, 0, 90'000);
    reported.set_value(client.report(1));
    client.wait_for_close();
  });
  const auto packet = packets_from(camera, 1)[0];
  ASSERT_TRUE(packet.captured.has_value());
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::seconds>(packet.captured->time_since_epoch()).count(),
            1'704'067'201);
  const std::string report = reported.get_future().get();
  ASSERT_GE(report.size(), 32U);
  EXPECT_EQ(report[1], static_cast<char>(201));
  EXPECT_EQ(report.substr(8, 4), "\x11\x22\x33\x44");
}

TEST(RtspDialogue, keeps_one_time_line_while_the_cameras_clock_misbehaves) {
  const media::ScriptedServer camera([](Client& client) {
    play(client);
    send_keyframe(client, 0, 0xFFFFF000);
    std::uint16_t sequence = 3;
    // over the wrap, far ahead, back, standing still
    for (const std::uint32_t time : {0x10U, 0xE20U, 900'000'000U, 900'003'600U, 5U, 5U, 5U, 3605U}) {
      client.interleaved(0, rtp(sequence++, time, true, kSlice));
    }
    client.wait_for_close();
  });
  const auto packets = packets_from(camera, 9);
  std::string jumps;
  for (std::size_t i = 1; i < packets.size(); ++i) {
    EXPECT_GT(packets[i].pts, packets[i - 1].pts) << i;
    jumps += packets[i].discontinuity ? 'j' : '.';
  }
  EXPECT_EQ(jumps, "..j.j...");
}

}  // namespace
}  // namespace lyn
