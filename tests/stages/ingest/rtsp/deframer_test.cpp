#include "stages/ingest/rtsp/deframer.h"

#include <gtest/gtest.h>

#include <string>

#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn::rtsp {
namespace {

const std::string kOk = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n";

/// Says in letters what a stream holds: R a response, Q a request, "d<channel>" data, "!" the end.
std::string read_all(Deframer& deframer, std::span<const std::uint8_t> bytes) {
  std::string seen;
  for (;;) {
    const auto next = deframer.next(bytes);
    bytes = bytes.subspan(next.consumed);
    if (std::holds_alternative<NeedMoreBytes>(next.item)) return seen;
    if (std::holds_alternative<MessageFault>(next.item)) return seen + "!";
    if (const auto* message = std::get_if<Message>(&next.item)) seen += message->is_response() ? 'R' : 'Q';
    if (const auto* data = std::get_if<InterleavedData>(&next.item)) seen += "d" + std::to_string(data->channel);
  }
}

Bytes data(std::uint8_t channel, const Bytes& payload) {
  return Bytes{'$', channel, static_cast<std::uint8_t>(payload.size() >> 8),
               static_cast<std::uint8_t>(payload.size())} +
         payload;
}

TEST(Deframer, tells_responses_from_data_between_them) {
  Deframer deframer;
  const auto stream = bytes_of(kOk) + data(0, rtp(1, 0, true, {1, 2, 3})) + bytes_of(kOk) + data(1, {0x80, 200}) +
                      bytes_of("OPTIONS * RTSP/1.0\r\nCSeq: 4\r\n\r\n") + data(2, {});
  EXPECT_EQ(read_all(deframer, stream), "Rd0Rd1Qd2");
  EXPECT_EQ(deframer.skipped(), 0U);
}

TEST(Deframer, gives_the_same_however_the_stream_is_cut) {
  const auto stream = bytes_of(kOk) + data(0, rtp(1, 0, true, Bytes(300, 7))) + bytes_of("\r\n" + kOk) + data(7, {1});
  for (std::size_t step = 1; step < 40; ++step) {
    Deframer deframer;
    std::string seen;
    Bytes waiting;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      for (std::size_t i = at; i < std::min(at + step, stream.size()); ++i) waiting.push_back(stream[i]);
      for (;;) {
        const auto next = deframer.next(waiting);
        if (std::holds_alternative<Message>(next.item)) seen += 'R';
        if (std::holds_alternative<InterleavedData>(next.item)) seen += 'd';
        const bool more = !std::holds_alternative<NeedMoreBytes>(next.item);
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(next.consumed));
        if (!more) break;
      }
    }
    EXPECT_EQ(seen, "RdRd") << "in steps of " << step;
  }
}

TEST(Deframer, fails_at_once_on_what_never_was_rtsp) {
  for (const char* text : {"HTTP/1.1 200 OK\r\n\r\n", "\x16\x03\x01", "SSH-2.0-x\r\n", "$\x01"}) {
    Deframer deframer;
    EXPECT_EQ(read_all(deframer, bytes_of(text)), "!") << text;
  }
}

TEST(Deframer, finds_its_way_back_after_stray_bytes) {
  Deframer deframer;
  deframer.expect_channels(0, 1);
  // The '$' in the stray bytes names a channel that nobody agreed on, the second no RTP.
  const auto stream =
      bytes_of(kOk) + Bytes{9, 9, '$', 44, 0, 1, '$', 0, 0, 1, 0x11} + data(0, rtp(1, 0, true, {5})) + bytes_of(kOk);
  EXPECT_EQ(read_all(deframer, stream), "Rd0R");
  EXPECT_EQ(deframer.skipped(), 11U);
}

TEST(Deframer, gives_up_on_endless_stray_bytes) {
  Deframer deframer;
  EXPECT_EQ(read_all(deframer, bytes_of(kOk) + Bytes(300 * 1024, 9)), "R!");
}

}  // namespace
}  // namespace lyn::rtsp
