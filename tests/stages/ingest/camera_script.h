#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/scripted_server.h"
#include "stages/ingest/rtsp/bytes_of.h"

namespace lyn {

using Client = media::ScriptedServer::Client;
using rtsp::Bytes;
using rtsp::rtp;
using rtsp::operator+;

inline const std::string kSdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n";

// 320x240 Baseline of x264
inline const Bytes kSps{0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x07, 0xE8, 0x40, 0x00, 0x00,
                        0x03, 0x00, 0x40, 0x00, 0x00, 0x0C, 0x83, 0xC5, 0x0A, 0xA8};
inline const Bytes kPps{0x68, 0xCE, 0x0F, 0xC8};
inline const Bytes kIdr{0x65, 0x88, 0x84, 0x01};
inline const Bytes kSlice{0x41, 0x9A, 0x02, 0x03};

/// What a script answers where it does not say otherwise.
struct Answers {
  std::string options = "200 OK\r\nPublic: DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN";
  std::string describe = "200 OK";
  std::string sdp = kSdp;
  std::string setup = "200 OK\r\nSession: 7;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1";
  std::string play = "200 OK";
};

/// Goes through the dialogue to the answer to PLAY; gives the request lines that it saw. Ends early when the
/// client does.
inline std::vector<std::string> play(Client& client, const Answers& answers = {}) {
  std::vector<std::string> seen;
  for (;;) {
    const std::string request = client.request();
    if (request.empty()) return seen;
    seen.push_back(media::what_of(request));
    if (request.starts_with("OPTIONS")) client.answer(request, answers.options);
    if (request.starts_with("DESCRIBE")) client.answer(request, answers.describe, answers.sdp);
    if (request.starts_with("SETUP")) client.answer(request, answers.setup);
    if (!request.starts_with("PLAY")) continue;
    client.answer(request, answers.play);
    return seen;
  }
}

/// A keyframe with its parameter sets as three packets from `sequence` on.
inline std::vector<Bytes> keyframe(std::uint16_t sequence, std::uint32_t timestamp) {
  return {rtp(sequence, timestamp, false, kSps), rtp(static_cast<std::uint16_t>(sequence + 1), timestamp, false, kPps),
          rtp(static_cast<std::uint16_t>(sequence + 2), timestamp, true, kIdr)};
}

inline void send_keyframe(Client& client, std::uint16_t sequence = 0, std::uint32_t timestamp = 0, int channel = 0) {
  for (const Bytes& packet : keyframe(sequence, timestamp)) client.interleaved(channel, packet);
}

}  // namespace lyn
