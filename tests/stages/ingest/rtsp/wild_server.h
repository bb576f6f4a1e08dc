#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "stages/ingest/rtsp/bytes_of.h"
#include "stages/ingest/rtsp/mutations.h"

namespace lyn::rtsp {

/// What an RTSP server says that has gone wrong: answers and media in about the right order, some of them damaged,
/// repeated, swapped or made up. The same seed says the same.
class WildServer {
 public:
  WildServer(std::uint32_t seed, std::string own_url) : mutations_(seed), own_url_(std::move(own_url)) {}

  /// All that one connection says, without waiting for what is asked; counted in messages().
  Bytes conversation() {
    Bytes all;
    sequence_ = static_cast<std::uint16_t>(mutations_.below(65'536));
    say(all, bytes_of(options()));
    if (one_in(6)) say(all, bytes_of(interjection()));
    say(all, describe());
    const bool sound = one_in(3);
    for (int i = 0; i < 1 + sound; ++i) say(all, bytes_of(setup()));
    if (one_in(8)) say(all, frame());
    say(all, bytes_of(answer("200 OK\r\nRange: npt=0.000-\r\nRTP-Info: url=trackID=1;seq=9;rtptime=9")));
    for (std::uint32_t i = mutations_.below(24); i > 0; --i) say(all, one_in(12) ? bytes_of(interjection()) : frame());
    return all;
  }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }

 private:
  bool one_in(std::uint32_t bound) { return mutations_.below(bound) == 0; }

  template <std::size_t count>
  std::string one_of(const std::array<const char*, count>& these) {
    return these[mutations_.below(count)];
  }

  /// Half of the connections are sound up to here, so that what comes behind is reached too.
  void say(Bytes& all, const Bytes& message) {
    ++messages_;
    const bool spoil = one_in(8);
    all = std::move(all) + (!spoil ? message : one_in(5) ? mutations_.noise(300) : mutations_.damaged(message));
  }

  std::string answer(const std::string& head, const std::string& body = "") {
    std::string text = one_of(std::array{"RTSP/1.0 ", "rtsp/1.0  ", "RTSP/2.0 "}) + head + "\r\n";
    if (one_in(20)) text += "CSeq: " + std::to_string(mutations_.below(12)) + "\r\n";
    if (!body.empty()) text += "content-length : " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }
  std::string options() {
    if (one_in(12)) return answer("302 Moved\r\nLocation: " + own_url_);
    if (one_in(12)) return answer("401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"");
    if (one_in(12)) return answer("501 Not Implemented");
    return answer("200 OK\r\nPublic: DESCRIBE, SETUP, PLAY, GET_PARAMETER");
  }
  Bytes describe() {
    if (one_in(12)) return bytes_of(answer("404 Not Found"));
    return bytes_of(answer(one_in(4) ? "200 OK\r\nContent-Base: " + own_url_ : "200 OK", description()));
  }
  std::string description() {
    codec_ = mutations_.below(3);
    constexpr std::array kVideo{
        "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdoFB+hAAAADAEAAAAyDxQqo,"
        "aM4PyA==\r\n",
        "a=rtpmap:96 H265/90000\r\na=fmtp:96 sprop-vps=QAEMAf//;sprop-sps=QgEB;sprop-pps=RAHB\r\n",
        "a=rtpmap:96 JPEG/90000\r\na=x-dimensions: 320,240\r\n"};
    return "v=0\r\nc=IN IP4 0.0.0.0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\n" + std::string(kVideo.at(codec_)) +
           "a=control:trackID=1\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\n"
           "a=fmtp:97 sizelength=13;indexlength=3;indexdeltalength=3;config=1410\r\na=control:trackID=2\r\n";
  }
  std::string setup() {
    return answer("200 OK\r\nSession: 7;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;" +
                  one_of(std::array{"interleaved=0-1", "interleaved=0-1;ssrc=11223344", "interleaved=2-3", ""}));
  }
  std::string interjection() {
    return one_of(std::array{"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n",
                             "GET_PARAMETER rtsp://h/ RTSP/1.0\r\nCSeq: 10\r\nContent-Length: 4\r\n\r\nping",
                             "ANNOUNCE rtsp://h/ RTSP/1.0\r\nCSeq: 11\r\n\r\n",
                             "REDIRECT * RTSP/1.0\r\nCSeq: 12\r\nLocation: rtsp://10.1.1.1/\r\n\r\n",
                             "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", "\r\n\r\n"});
  }

  Bytes frame() {
    const Bytes payload = one_in(6) ? report() : packet();
    const auto channel = static_cast<std::uint8_t>(one_in(10) ? mutations_.below(6) : is_report_ ? 1 : 0);
    return Bytes{'$', channel, static_cast<std::uint8_t>(payload.size() >> 8),
                 static_cast<std::uint8_t>(payload.size())} +
           payload;
  }
  Bytes report() {
    is_report_ = true;
    if (one_in(4)) return {0x81, 203, 0, 1, 0x11, 0x22, 0x33, 0x44};
    return {0x80, 200, 0, 6, 0x11, 0x22, 0x33, 0x44, 0xE9, 0x3C, 0x7F, 0, 0, 0,
            0,    0,   0, 0, 0,    0,    0,    0,    0,    1,    0,    0, 0, 9};
  }
  Bytes packet() {
    is_report_ = false;
    sequence_ = static_cast<std::uint16_t>(one_in(15) ? mutations_.below(65'536) : sequence_ + 1);
    time_ += one_in(3) ? 3600 : 0;
    return rtp(sequence_, time_, one_in(2), payload(), one_in(20) ? 97 : 96, one_in(40) ? 0x55667788 : 0x11223344);
  }
  Bytes payload() {
    static const std::array<std::vector<Bytes>, 3> kPayloads{
        std::vector<Bytes>{{0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x07, 0xE8, 0x40, 0x00, 0x00,
                            0x03, 0x00, 0x40, 0x00, 0x00, 0x0C, 0x83, 0xC5, 0x0A, 0xA8},
                           {0x68, 0xCE, 0x0F, 0xC8},
                           {0x65, 0x88, 0x84, 0x01},
                           {0x41, 0x9A, 0x02, 0x03},
                           {0x7C, 0x85, 0x88, 1, 2, 3},
                           {0x7C, 0x05, 4, 5, 6},
                           {0x7C, 0x45, 7},
                           {0x78, 0, 4, 0x68, 0xCE, 0x0F, 0xC8, 0, 2, 0x41, 0x9A}},
        std::vector<Bytes>{{0x40, 1, 12, 1},
                           {0x42, 1, 1, 1, 1},
                           {0x44, 1, 0xC1},
                           {0x26, 1, 0xAF, 1, 2},
                           {0x62, 1, 0x93, 0xAF, 1},
                           {0x62, 1, 0x53, 0xAF, 1},
                           {0x60, 1, 0, 3, 2, 1, 0xD0}},
        std::vector<Bytes>{{0, 0, 0, 0, 1, 50, 40, 30, 1, 2},
                           {0, 0, 0, 2, 1, 50, 40, 30, 1, 2},
                           {0, 0, 0, 0, 65, 255, 40, 30, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4}}};
    const auto& kinds = kPayloads.at(one_in(10) ? mutations_.below(3) : codec_);
    return kinds[mutations_.below(static_cast<std::uint32_t>(kinds.size()))];
  }

  Mutations mutations_;
  std::string own_url_;
  std::uint64_t messages_ = 0;
  std::uint32_t codec_ = 0;
  std::uint16_t sequence_ = 0;
  std::uint32_t time_ = 0;
  bool is_report_ = false;
};

}  // namespace lyn::rtsp
