#include "stages/ingest/rtsp/message.h"

#include <gtest/gtest.h>

#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {
namespace {

Message must_parse(std::string_view text) {
  const auto bytes = bytes_of(text);
  const auto result = parse_message(bytes);
  const auto* parsed = std::get_if<ParsedMessage>(&result);
  if (parsed == nullptr) {
    ADD_FAILURE() << "no message: " << text;
    return {};
  }
  EXPECT_EQ(parsed->consumed, bytes.size());
  return parsed->message;
}

TEST(RtspMessage, reads_a_response_with_its_body) {
  const Message message =
      must_parse("RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n");
  EXPECT_TRUE(message.is_response());
  EXPECT_EQ(message.status, 200);
  EXPECT_EQ(message.cseq(), 3U);
  EXPECT_EQ(message.header("content-type"), "application/sdp");
  EXPECT_EQ(message.body, "v=0\r\n");
}

TEST(RtspMessage, reads_a_request_of_the_servers) {
  const Message message = must_parse("OPTIONS rtsp://10.0.0.7/ RTSP/1.0\r\nCSeq: 9\r\n\r\n");
  EXPECT_FALSE(message.is_response());
  EXPECT_EQ(message.method, "OPTIONS");
}

TEST(RtspMessage, takes_headers_as_cameras_write_them) {
  const Message message = must_parse(
      "rtsp/1.0 401 Unauthorized\nCSEQ:2\nWWW-Authenticate: Digest realm=\"a\",\n\tnonce=\"b\"\n"
      "www-authenticate:Basic realm=\"c\"\nno header at all\n\n");
  EXPECT_EQ(message.cseq(), 2U);
  const auto asked = message.all("WWW-Authenticate");
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0], "Digest realm=\"a\", nonce=\"b\"");
  EXPECT_EQ(asked[1], "Basic realm=\"c\"");
}

TEST(RtspMessage, waits_for_what_has_not_come_yet) {
  const auto whole = bytes_of("RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto result = parse_message(std::span(whole).first(length));
    EXPECT_TRUE(std::holds_alternative<NeedMoreBytes>(result)) << length;
  }
}

TEST(RtspMessage, refuses_before_memory_is_taken) {
  const auto fault_of = [](std::string text) {
    const auto bytes = bytes_of(text);
    const auto result = parse_message(bytes);
    return std::holds_alternative<MessageFault>(result) ? std::get<MessageFault>(result) : MessageFault{-1};
  };
  EXPECT_EQ(fault_of("RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"), MessageFault::body_too_long);
  EXPECT_EQ(fault_of("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"), MessageFault::body_too_long);
  EXPECT_EQ(fault_of("RTSP/1.0 200 OK\r\nX: " + std::string(kLongestHead, 'x')), MessageFault::head_too_long);
  std::string many = "RTSP/1.0 200 OK\r\n";
  for (std::size_t i = 0; i <= kMostHeaders; ++i) many += "A: b\r\n";
  EXPECT_EQ(fault_of(many), MessageFault::head_too_long);
}

TEST(RtspMessage, refuses_what_is_not_rtsp) {
  for (const char* text : {"HTTP/1.1 400 Bad Request\r\n\r\n", "RTSP/1.0 OK\r\n\r\n", "RTSP/1.0 99 x\r\n\r\n",
                           "SSH-2.0-OpenSSH_9.2\r\n", "\r\n"}) {
    const auto bytes = bytes_of(text);
    const auto result = parse_message(bytes);
    ASSERT_TRUE(std::holds_alternative<MessageFault>(result)) << text;
    EXPECT_EQ(std::get<MessageFault>(result), MessageFault::not_rtsp) << text;
  }
}

}  // namespace
}  // namespace lyn::rtsp
