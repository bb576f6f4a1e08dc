#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "core/clock.h"
#include "media/rtsp_server.h"
#include "stages/ingest/probe.h"
#include "stages/ingest/reading.h"

namespace lyn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr auto kStall = 800ms;
constexpr auto kSlack = 2000ms;  ///< for a busy machine

SourceOptions impatient() {
  SourceOptions options;
  options.stall_timeout = kStall;
  return options;
}

/// Reads until it fails; gives the error.
Error error_at_the_end(Source& source) {
  for (;;) {
    auto packet = source.read();
    if (!packet) return packet.error();
    if (!packet->has_value()) return {ErrorKind::usage, "ended without an error", ""};
  }
}

/// A port on loopback that accepts connections into its backlog and never answers.
class SilentPort {
 public:
  SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(socket_, 4);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { close(); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  [[nodiscard]] std::string url() const { return "rtsp://me:hunter2@127.0.0.1:" + std::to_string(port_) + "/main"; }

 private:
  int socket_;
  int port_ = 0;
};

TEST(RtspSource, gives_pictures_with_rising_times) {
  for (const char* codec : {"h264", "h265"}) {
    const media::RtspServer server(std::string("--codec ") + codec);
    const auto source = must(open_source(server.url(), impatient()));
    EXPECT_TRUE(source->live());
    EXPECT_EQ(source->stream().width, 320);
    EXPECT_EQ(source->container(), "rtsp");
    std::int64_t last = -1;
    for (int i = 0; i < 30; ++i) {
      const auto packet = must(source->read());
      ASSERT_TRUE(packet.has_value());
      EXPECT_TRUE(i > 0 || packet->key) << codec;
      EXPECT_GT(packet->pts, last) << codec << " packet " << i;
      last = packet->pts;
    }
  }
}

TEST(RtspSource, is_lost_at_once_when_the_server_dies) {
  media::RtspServer server;
  const auto source = must(open_source(server.url(), impatient()));
  (void)must(source->read());
  server.kill();
  const auto began = system_clock().now();
  const Error error = error_at_the_end(*source);
  EXPECT_EQ(error.kind, ErrorKind::source) << error.text();
  EXPECT_LT(system_clock().now() - began, kStall + kSlack);
}

TEST(RtspSource, is_lost_after_the_stall_timeout_when_pictures_stop) {
  const media::RtspServer server("--silent-after 40");
  const auto source = must(open_source(server.url(), impatient()));
  const Error error = error_at_the_end(*source);
  EXPECT_EQ(error.kind, ErrorKind::source);
  EXPECT_THAT(error.text(), HasSubstr("no picture came for 0.8 s"));
}

TEST(RtspSource, is_lost_after_the_stall_timeout_when_the_server_hangs) {
  const media::RtspServer server;
  const auto source = must(open_source(server.url(), impatient()));
  (void)must(source->read());
  server.freeze();
  const auto began = system_clock().now();
  EXPECT_EQ(error_at_the_end(*source).kind, ErrorKind::source);
  EXPECT_LT(system_clock().now() - began, 2 * kStall + kSlack);
}

TEST(RtspSource, ends_a_waiting_read_when_interrupted) {
  const media::RtspServer server("--silent-after 40");
  SourceOptions patient;
  patient.stall_timeout = 60s;
  const auto source = must(open_source(server.url(), patient));
  Error error;
  std::thread reader([&] { error = error_at_the_end(*source); });
  source->interrupt();
  reader.join();
  EXPECT_EQ(error.kind, ErrorKind::cancelled);
}

TEST(RtspSource, stops_opening_when_asked) {
  const SilentPort port;
  std::stop_source stop;
  SourceOptions options;
  options.stop = stop.get_token();
  ErrorKind kind{};
  std::thread opener([&] { kind = open_source(port.url(), options).error().kind; });
  stop.request_stop();
  opener.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST(RtspSource, gives_up_on_a_server_that_accepts_and_is_silent) {
  const SilentPort port;
  SourceOptions options;
  options.open_timeout = 300ms;
  const auto began = system_clock().now();
  const auto opened = open_source(port.url(), options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().text(), HasSubstr("did not answer in time"));
  EXPECT_THAT(opened.error().text(), Not(HasSubstr("hunter2")));
  EXPECT_LT(system_clock().now() - began, 300ms + kSlack);
}

TEST(RtspSource, says_when_the_connection_is_refused) {
  SilentPort port;
  const std::string url = port.url();
  port.close();
  EXPECT_THAT(refusal_of(url), HasSubstr("connection refused"));
}

TEST(RtspSource, says_when_the_path_is_wrong) {
  const media::RtspServer server;
  EXPECT_THAT(refusal_of(server.url("", "other")), HasSubstr("no stream of this name"));
}

TEST(RtspSource, asks_for_the_right_password) {
  const media::RtspServer server("--user me --password right");
  EXPECT_THAT(refusal_of(server.url("me:wrong")), HasSubstr("refused user or password"));
  EXPECT_THAT(refusal_of(server.url()), HasSubstr("refused user or password"));
  EXPECT_TRUE(open_source(server.url("me:right"), {}).ok());
}

TEST(RtspSource, cannot_be_rewound) {
  const media::RtspServer server;
  const auto source = must(open_source(server.url(), {}));
  EXPECT_FALSE(source->rewind().ok());
}

TEST(RtspSource, can_be_probed) {
  const media::RtspServer server;
  const auto report = must(probe_source(server.url(), {}));
  EXPECT_TRUE(report.live);
  EXPECT_EQ(report.video.codec, CodecId::h264);
  EXPECT_FALSE(report.has_audio);
}

}  // namespace
}  // namespace lyn
