#include "stages/ingest/rtsp/sdp.h"

#include <gtest/gtest.h>

#include "stages/ingest/rtsp/media_plan.h"

namespace lyn::rtsp {
namespace {

// In the form that cameras of a widespread maker send it.
constexpr const char* kCamera =
    "v=0\r\no=- 1109162014219182 1109162014219192 IN IP4 x.y.z.w\r\ns=Media Presentation\r\nb=AS:5100\r\nt=0 0\r\n"
    "a=control:rtsp://10.0.0.7/Streaming/Channels/101/\r\n"
    "m=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\nb=AS:5000\r\na=recvonly\r\na=x-dimensions:1920,1080\r\n"
    "a=control:rtsp://10.0.0.7/Streaming/Channels/101/trackID=1\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 profile-level-id=420029; packetization-mode=1; "
    "sprop-parameter-sets=Z01AKI2NQDwBE/LgLcBAQFA=,aO44gA==\r\n"
    "a=framerate:12.5\r\n"
    "m=audio 0 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\na=control:trackID=2\r\n"
    "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n";

TEST(Sdp, reads_what_a_camera_sends) {
  const auto sdp = parse_sdp(kCamera);
  ASSERT_TRUE(sdp.has_value());
  EXPECT_EQ(sdp->control, "rtsp://10.0.0.7/Streaming/Channels/101/");
  ASSERT_EQ(sdp->media.size(), 3U);
  const SdpMedia& video = sdp->media[0];
  EXPECT_EQ(video.type, "video");
  EXPECT_EQ(video.protocol, "RTP/AVP");
  EXPECT_EQ(video.connection, "0.0.0.0");
  EXPECT_EQ(video.frame_rate, 12.5);
  EXPECT_EQ(video.width, 1920);
  ASSERT_EQ(video.formats.size(), 1U);
  EXPECT_EQ(video.formats[0].encoding, "H264");
  EXPECT_EQ(video.formats[0].clock_rate, 90'000);
  EXPECT_EQ(video.formats[0].parameters.at("packetization-mode"), "1");
  EXPECT_EQ(sdp->media[1].formats[0].payload_type, 8);
}

TEST(Sdp, takes_loose_writing) {
  const auto sdp = parse_sdp(
      "v=0\nm=VIDEO 0 RTP/AVP/TCP 33 97\nc=IN IP4 239.1.2.3/127\na=RTPMAP:97 h265/90000\n"
      "a=fmtp:97 SPROP-VPS = AAA ;sprop-sps=BBB\na=framesize:97 640-480\ngarbage\n");
  ASSERT_TRUE(sdp.has_value());
  const SdpMedia& video = sdp->media.at(0);
  EXPECT_EQ(video.type, "video");
  EXPECT_EQ(video.connection, "239.1.2.3");
  EXPECT_EQ(video.formats.at(1).parameters.at("sprop-vps"), "AAA");
  EXPECT_EQ(video.height, 480);
}

TEST(Sdp, has_bounds) {
  EXPECT_FALSE(parse_sdp("").has_value());
  EXPECT_FALSE(parse_sdp("<html></html>").has_value());
  std::string many = "v=0\n";
  for (std::size_t i = 0; i <= kMostMedia; ++i) many += "m=video 0 RTP/AVP 96\n";
  EXPECT_FALSE(parse_sdp(many).has_value());
  const auto odd = parse_sdp("m=video 0 RTP/AVP 96 999 -1 x\na=rtpmap:96 H264/99999999999\na=framerate:1e999\n");
  ASSERT_TRUE(odd.has_value());
  EXPECT_EQ(odd->media[0].formats.size(), 1U);
  EXPECT_EQ(odd->media[0].formats[0].clock_rate, 0);
  EXPECT_EQ(odd->media[0].frame_rate, 0);
}

std::vector<MediaPlan> plan(const char* text, bool audio = false) {
  auto plans = plan_media(*parse_sdp(text), audio, "rtsp://c/x");
  EXPECT_TRUE(plans.ok()) << plans.error().text();
  return plans ? *plans : std::vector<MediaPlan>{};
}

TEST(MediaPlan, takes_the_first_video_and_sound_when_asked) {
  const auto video = plan(kCamera);
  ASSERT_EQ(video.size(), 1U);
  EXPECT_EQ(video[0].codec, CodecId::h264);
  ASSERT_EQ(video[0].parameter_sets.size(), 2U);
  EXPECT_EQ(video[0].parameter_sets[0][0], 0x67);
  EXPECT_EQ(video[0].parameter_sets[1], (std::vector<std::uint8_t>{0x68, 0xEE, 0x38, 0x80}));
  const auto both = plan(kCamera, true);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].audio_codec, AudioCodec::pcma);
  EXPECT_EQ(both[1].clock_rate, 8000);
}

TEST(MediaPlan, reads_hevc_jpeg_and_aac) {
  const auto hevc =
      plan("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\na=fmtp:96 sprop-vps=QAE=;sprop-sps=QgE=;sprop-pps=RAE=\n");
  EXPECT_EQ(hevc[0].codec, CodecId::hevc);
  EXPECT_EQ(hevc[0].parameter_sets.size(), 3U);
  EXPECT_EQ(plan("m=video 0 RTP/AVP 26\n")[0].codec, CodecId::mjpeg);
  const auto aac = plan(
      "m=video 0 RTP/AVP 26\nm=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000/2\n"
      "a=fmtp:97 mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1410\n",
      true);
  ASSERT_EQ(aac.size(), 2U);
  EXPECT_EQ(aac[1].audio_config, (std::vector<std::uint8_t>{0x14, 0x10}));
  EXPECT_EQ(aac[1].channels, 2);
}

TEST(MediaPlan, refuses_what_is_not_read_and_says_what_it_is) {
  const auto refusal = [](const char* text) {
    const auto plans = plan_media(*parse_sdp(text), true, "rtsp://c/x");
    if (plans) return std::string("accepted");
    EXPECT_EQ(plans.error().fault, SourceFault::unsupported);
    return plans.error().what;
  };
  EXPECT_EQ(refusal("m=video 0 RTP/AVP 96\na=rtpmap:96 MP4V-ES/90000\n"),
            "rtsp://c/x: the camera sends MP4V-ES, which is not read");
  EXPECT_EQ(refusal("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=2\n"),
            "rtsp://c/x: the camera sends H264 in packetization-mode 2, which is not read");
  EXPECT_EQ(refusal("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\na=fmtp:96 sprop-max-don-diff=2\n"),
            "rtsp://c/x: the camera sends H265 with decoding order numbers (sprop-max-don-diff), which is not read");
  EXPECT_EQ(refusal("m=audio 0 RTP/AVP 0\n"), "rtsp://c/x: has audio only, no video");
  EXPECT_EQ(refusal("v=0\n"), "rtsp://c/x: has no video stream");
  EXPECT_EQ(refusal("m=video 0 RTP/AVP 96\na=rtpmap:96 \x1b[31mX/1\n"),
            "rtsp://c/x: the camera sends ?[31mX, which is not read");
}

}  // namespace
}  // namespace lyn::rtsp
