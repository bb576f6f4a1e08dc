// What servers really do once they play: keep-alive, channels, ports, connections.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "stages/ingest/camera_script.h"
#include "stages/ingest/reading.h"
#include "stages/ingest/rtsp_source.h"

namespace lyn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

TEST(RtspServers, let_a_nonce_grow_stale_while_they_play) {
  std::promise<std::string> kept;
  const media::ScriptedServer camera([&](Client& client) {
    Answers answers;
    answers.setup = "200 OK\r\nSession: 7;timeout=1";
    const std::string challenge = "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"c\", stale=true, nonce=\"";
    client.answer(client.request(), challenge + "old\"");
    play(client, answers);
    send_keyframe(client);
    client.answer(client.request(), challenge + "new\"");
    const std::string again = client.request();
    kept.set_value(again);
    client.answer(again, "200 OK");
    client.wait_for_close();
  });
  const auto source = must(open_source(camera.url("main", "me:secret"), {}));
  EXPECT_TRUE(must(source->read())->key);
  EXPECT_THAT(kept.get_future().get(), AllOf(StartsWith("GET_PARAMETER"), HasSubstr("nonce=\"new\"")));
}

TEST(RtspServers, know_options_alone_to_be_kept_alive) {
  for (const bool pretends : {false, true}) {
    std::promise<std::vector<std::string>> kept;
    const media::ScriptedServer camera([&](Client& client) {
      Answers answers;
      if (!pretends) answers.options = "200 OK\r\nPublic: DESCRIBE, SETUP, PLAY";
      answers.setup = "200 OK\r\nSession: 7;timeout=1";
      play(client, answers);
      send_keyframe(client);
      std::vector<std::string> asked;
      for (int i = 0; i < 2; ++i) {
        const std::string request = client.request();
        asked.push_back(request.substr(0, request.find(' ')));
        client.answer(request, request.starts_with("OPTIONS") ? "200 OK" : "405 Method Not Allowed");
      }
      kept.set_value(asked);
      client.wait_for_close();
    });
    const auto source = must(open_source(camera.url(), {}));
    EXPECT_THAT(kept.get_future().get(), ElementsAre(pretends ? "GET_PARAMETER" : "OPTIONS", "OPTIONS"));
  }
}

TEST(RtspServers, swap_the_channels_of_media_and_reports) {
  const media::ScriptedServer camera([](Client& client) {
    play(client);
    // 2024-01-01 00:00:00 UTC at RTP time 0, where media should be
    client.interleaved(0, Bytes{0x80, 200, 0, 6, 0x11, 0x22, 0x33, 0x44, 0xE9, 0x3C, 0x7F, 0x00, 0, 0,
                                0,    0,   0, 0, 0,    0,    0,    0,    0,    1,    0,    0,    0, 9});
    send_keyframe(client, 0, 90'000, 1);
    client.wait_for_close();
  });
  const auto source = must(open_source(camera.url(), {}));
  const auto packet = *must(source->read());
  EXPECT_TRUE(packet.key);
  EXPECT_TRUE(packet.captured.has_value());
}

/// Sends datagrams to loopback from a port of its own.
class Sender {
 public:
  Sender() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
  ~Sender() { ::close(socket_); }
  void send(int port, const Bytes& bytes) const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }

 private:
  int socket_;
};

/// Goes through the dialogue over UDP; gives the port that the client named.
int play_udp(Client& client, const std::string& session = "7") {
  int port = 0;
  for (;;) {
    const std::string request = client.request();
    if (request.empty()) return port;
    if (const auto at = request.find("client_port="); at != std::string::npos)
      port = std::stoi(request.substr(at + 12));
    const std::string setup = "200 OK\r\nSession: " + session + "\r\nTransport: RTP/AVP;unicast;server_port=9-10";
    client.answer(request, request.starts_with("SETUP") ? setup : "200 OK",
                  request.starts_with("DESCRIBE") ? kSdp : "");
    if (request.starts_with("PLAY")) return port;
  }
}

SourceOptions over_udp() {
  SourceOptions options;
  options.transport = RtspTransport::udp;
  return options;
}

TEST(RtspServers, send_to_the_port_above) {
  const media::ScriptedServer camera([](Client& client) {
    const int port = play_udp(client);
    const Sender sender;
    for (const Bytes& packet : keyframe(1, 0)) sender.send(port + 1, packet);
    client.wait_for_close();
  });
  const auto source = must(open_source(camera.url(), over_udp()));
  EXPECT_TRUE(must(source->read())->key);
}

TEST(RtspServers, close_an_idle_connection_and_send_on_over_udp) {
  std::promise<std::string> kept;
  std::atomic<int> port{0};
  std::atomic<bool> through{false};
  int visits = 0;
  const media::ScriptedServer camera([&](Client& client) {
    if (++visits == 2) {
      const std::string request = client.request();
      kept.set_value(request);
      client.answer(request, "200 OK");
      return client.wait_for_close();
    }
    if (visits > 2) return;
    port = play_udp(client, "7;timeout=1");
    const Sender sender;
    for (const Bytes& packet : keyframe(1, 0)) sender.send(port, packet);
  });
  const auto source = must(open_source(camera.url(), over_udp()));
  EXPECT_TRUE(must(source->read())->key);
  // Pictures go on while nothing is connected; each comes when the one before has been read.
  const Sender sender;
  auto asked = kept.get_future();
  for (std::uint16_t i = 4; asked.wait_for(20ms) != std::future_status::ready && i < 500; ++i) {
    sender.send(port, rtp(i, i * 3600U, true, kSlice));
    ASSERT_TRUE(source->read().ok());
  }
  EXPECT_THAT(asked.get(), AllOf(StartsWith("OPTIONS"), HasSubstr("Session: 7\r\n")));
}

TEST(RtspServers, that_close_the_connection_and_send_nothing_more_are_gone) {
  std::promise<void> opened;
  const media::ScriptedServer camera([&](Client& client) {
    const int port = play_udp(client);
    const Sender sender;
    for (const Bytes& packet : keyframe(1, 0)) sender.send(port, packet);
    opened.get_future().wait();
  });
  SourceOptions options = over_udp();
  options.stall_timeout = 60s;
  const auto source = must(open_source(camera.url(), options));
  EXPECT_TRUE(must(source->read())->key);
  opened.set_value();
  const auto lost = source->read();
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().fault, SourceFault::closed) << lost.error().text();
}

}  // namespace
}  // namespace lyn
