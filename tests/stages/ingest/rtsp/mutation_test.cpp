#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>

#include "stages/ingest/rtsp/feed.h"
#include "stages/ingest/rtsp/mutations.h"

namespace lyn::rtsp {
namespace {

// Each case feeds tens of thousands of random and damaged inputs to what the fuzz targets feed. That none of them
// crashes, hangs or writes elsewhere is what is tested; sanitizer builds see more.
constexpr int kRounds = 20'000;

void feed_damaged(void (*feed)(std::span<const std::uint8_t>), const std::vector<Bytes>& seeds, std::uint32_t seed) {
  Mutations mutations(seed);
  for (const Bytes& whole : seeds) feed(whole);
  std::size_t warm = 0;
  for (int i = 0; i < kRounds; ++i) {
    if (i == kRounds / 4) warm = mallinfo2().uordblks;
    const Bytes& from = seeds[mutations.below(static_cast<std::uint32_t>(seeds.size()))];
    feed(i % 16 == 0 ? mutations.noise(400) : mutations.damaged(from));
  }
  const std::size_t last = mallinfo2().uordblks;  // 0 in sanitizer builds, which have an eye on leaks of their own
  std::printf("%d random and damaged inputs, %zu bytes of memory before, %zu after\n", kRounds, warm, last);
  EXPECT_LE(last, warm + 32 * 1024) << "what malloc itself keeps at hand for the next call counts too";
}

TEST(RtspMutation, messages_and_framing_survive) {
  feed_damaged(&feed_stream,
               {bytes_of("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc") + Bytes{'$', 0, 0, 2, 0x80, 1},
                bytes_of("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\", "
                         "qop=\"auth\"\r\n\r\n"),
                bytes_of("ANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 1\r\n a fold\r\n\r\n")},
               1);
}

TEST(RtspMutation, descriptions_and_urls_survive) {
  feed_damaged(
      &feed_description,
      {bytes_of("v=0\r\nc=IN IP4 10.0.0.7\r\na=control:*\r\nm=video 0 RTP/AVP 96 26\r\na=rtpmap:96 H264/90000\r\n"
                "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdoFB+hAAAADAEAAAAyDxQqo,aM4PyA==\r\n"
                "a=control:rtsp://10.0.0.7/trackID=1\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\n"
                "a=fmtp:97 sizelength=13;indexlength=3;indexdeltalength=3;config=1410\r\n"),
       bytes_of("v=0\nm=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\na=fmtp:98 "
                "sprop-vps=QAEMAf//;sprop-sps=QgEB;sprop-pps=RAHB\n")},
      2);
}

TEST(RtspMutation, dialogues_survive) {
  const auto script = bytes_of(
      "RTSP/1.0 200 OK\r\nPublic: GET_PARAMETER\r\n\r\n"
      "RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\n"
      "RTSP/1.0 200 OK\r\nContent-Length: 51\r\n\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\r\n\r\n\r\n"
      "RTSP/1.0 200 OK\r\nSession: 1;timeout=9\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\nRTSP/1.0 200 "
      "OK\r\n\r\n");
  feed_damaged(&feed_dialogue, {script, bytes_of("RTSP/1.0 302 x\r\nLocation: rtsp://10.0.0.7/x\r\n\r\n")}, 3);
}

TEST(RtspMutation, media_survive) {
  const auto packet = [](const Bytes& payload) {
    return Bytes{0, static_cast<std::uint8_t>(payload.size())} + payload;
  };
  const Bytes sps{0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x07, 0xE8, 0x40, 0x00, 0x00,
                  0x03, 0x00, 0x40, 0x00, 0x00, 0x0C, 0x83, 0xC5, 0x0A, 0xA8};
  Bytes h264{0};
  h264 = h264 + packet(rtp(1, 0, false, sps)) + packet(rtp(2, 0, false, {0x68, 0xCE, 0x0F, 0xC8})) +
         packet(rtp(3, 0, false, {0x7C, 0x85, 0x88, 1})) + packet(rtp(4, 0, true, {0x7C, 0x45, 1})) +
         packet(rtp(5, 3600, true, {0x78, 0, 2, 0x41, 0x9A}));
  const Bytes hevc = Bytes{1} + packet(rtp(1, 0, false, {0x40, 1, 12, 1})) +
                     packet(rtp(2, 0, true, {0x62, 1, 0x93, 0xAF, 1})) +
                     packet(rtp(3, 9, true, {0x60, 1, 0, 3, 2, 1, 0xD0}));
  const Bytes jpeg = Bytes{2} + packet(rtp(1, 0, false, {0, 0, 0, 0, 1, 50, 40, 30, 1, 2})) +
                     packet(rtp(2, 0, true, {0, 0, 0, 2, 1, 50, 40, 30, 1, 2})) +
                     packet(rtp(3, 0, true, {0, 0, 0, 0, 65, 255, 40, 30, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4}));
  const Bytes aac = Bytes{3} + packet(rtp(1, 0, true, {0, 32, 0, 16, 0, 24, 1, 2, 3, 4, 5}));
  const Bytes reports =
      Bytes{4} + packet({0x80, 200, 0, 6, 0, 0, 0, 7, 0xE0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9}) +
      packet({0x81, 203, 0, 1, 0, 0, 0, 7});
  feed_damaged(&feed_media, {h264, hevc, jpeg, aac, reports}, 4);
}

TEST(RtspMutation, parameter_sets_survive) {
  const Bytes h264{0,    0x67, 0x64, 0x00, 0x1F, 0xAC, 0xD9, 0x40, 0x50, 0x05, 0xBB, 0x01, 0x10, 0x00,
                   0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0xC0, 0xF1, 0x83, 0x19, 0x60};
  const Bytes hevc{1,    0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03,
                   0x00, 0x00, 0x03, 0x00, 0x5D, 0xA0, 0x02, 0x80, 0x80, 0x2D, 0x16, 0x59, 0x59, 0xA4,
                   0x93, 0x2B, 0xC0, 0x5A, 0x70, 0x80, 0x00, 0x01, 0xF4, 0x80, 0x00, 0x3A, 0x98, 0x04};
  feed_damaged(&feed_parameter_set, {h264, hevc}, 5);
}

}  // namespace
}  // namespace lyn::rtsp
