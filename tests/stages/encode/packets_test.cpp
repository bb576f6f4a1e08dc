#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stages/encode/audio_inbox.h"
#include "stages/encode/packet_writer.h"
#include "stages/encode/video_file.h"

namespace lyn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Packets of MPEG-4 part 2, which needs no look into its bytes to be muxed.
class Packets : public test::VideoFile {
 protected:
  Packets() {
    stream_.codec = CodecId::mpeg4;
    stream_.codec_name = "mpeg4";
    stream_.extradata = {0, 0, 1, 0xB0, 1, 0, 0, 1, 0xB5, 9, 0, 0, 1, 0, 0, 0, 1, 0x20};
    options_.path = (folder_ / "out.mkv").string();
  }

  Packet packet(std::int64_t pts, std::int64_t dts, bool key = false) {
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(100 + 64, static_cast<std::uint8_t>(pts % 200 + 1));
    Packet packet;
    packet.bytes = {bytes->data(), 100};
    packet.owner = bytes;
    packet.pts = pts;
    packet.dts = dts;
    packet.key = key;
    return packet;
  }

  /// Opens, writes, finishes; whether each was taken.
  std::vector<bool> write(const std::vector<Packet>& packets, std::int64_t offset = 0,
                          std::shared_ptr<AudioInbox> audio = nullptr) {
    auto writer = PacketWriter::open(stream_, {options_.path, {}, {}}, std::move(audio));
    EXPECT_TRUE(writer.ok());
    std::vector<bool> taken;
    for (const Packet& one : packets) {
      const auto written = (*writer)->write(one, offset);
      EXPECT_TRUE(written.ok());
      taken.push_back(written.ok() && *written);
    }
    EXPECT_TRUE((*writer)->finish().ok());
    return taken;
  }
  /// Without what the demuxer has to say of bytes that are no pictures.
  [[nodiscard]] std::vector<std::string> shown(const std::string& entries) const {
    return test::lines_of("ffprobe -v quiet -select_streams v:0 -of csv=p=0 -show_entries " + entries + " " +
                          options_.path);
  }
  [[nodiscard]] std::vector<std::string> times() const { return shown("packet=pts_time,dts_time"); }
};

TEST_F(Packets, BeginWithTheFirstKeyframe) {
  write({packet(0, 0), packet(40, 40), packet(80, 80, true), packet(120, 120)});
  EXPECT_THAT(shown("packet=pts_time"), ElementsAre("0.080000", "0.120000"));
}

TEST_F(Packets, AreShiftedByTheirOffset) {
  write({packet(0, 0, true), packet(40, 40)}, 10'000);
  EXPECT_THAT(shown("packet=pts_time"), ElementsAre("10.000000", "10.040000"));
}

/// As libavformat reads a Matroska with two pictures to put in order.
TEST_F(Packets, CountDecodingTimesBackFromTheFirstThatIsKnown) {
  options_.path = (folder_ / "out.mp4").string();
  const auto taken = write({packet(80, kNoTimestamp, true), packet(200, kNoTimestamp), packet(120, 80),
                            packet(160, 120), packet(320, 160), packet(240, 200)});
  EXPECT_EQ(taken, std::vector<bool>(6, true));
  EXPECT_THAT(times(), ElementsAre("0.080000,0.000000", "0.200000,0.040000", "0.120000,0.080000", "0.160000,0.120000",
                                   "0.320000,0.160000", "0.240000,0.200000"));
}

TEST_F(Packets, HaveTheTimesOfShowingWhereNoneOfDecodingEverCome) {
  options_.path = (folder_ / "out.mp4").string();
  std::vector<Packet> packets;
  for (std::int64_t at = 0; at < 30; ++at) packets.push_back(packet(at * 40, kNoTimestamp, at == 0));
  write(packets);
  EXPECT_EQ(shown("packet=pts_time"), shown("packet=dts_time"));
  EXPECT_EQ(shown("packet=pts_time").size(), 30U);
}

TEST_F(Packets, OfAnotherStreamGoIntoANewFileFromTheirFirstKeyframeOn) {
  auto writer = PacketWriter::open(stream_, {options_.path, {}, {}}, nullptr);
  ASSERT_TRUE(writer.ok());
  for (const std::int64_t at : {0, 40}) ASSERT_TRUE((*writer)->write(packet(at, kNoTimestamp, at == 0), 0).ok());
  StreamInfo other = stream_;
  other.width = 640;
  other.height = 360;
  ASSERT_TRUE((*writer)->change(other).ok());
  for (const std::int64_t at : {80, 120, 160}) ASSERT_TRUE((*writer)->write(packet(at, at, at == 120), 0).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_THAT(shown("packet=pts_time"), ElementsAre("0.000000", "0.040000"));
  options_.path = (folder_ / "out-001.mkv").string();
  EXPECT_THAT(shown("packet=pts_time"), ElementsAre("0.120000", "0.160000"));
  EXPECT_THAT(shown("stream=width,height"), ElementsAre("640,360"));
}

TEST_F(Packets, AreLeftOutWhereTheirTimeDoesNotRise) {
  EXPECT_THAT(write({packet(0, 0, true), packet(40, 40), packet(40, 40), packet(20, 20), packet(80, 80)}),
              ElementsAre(true, true, false, false, true));
  EXPECT_THAT(shown("packet=pts_time"), ElementsAre("0.000000", "0.040000", "0.080000"));
}

TEST_F(Packets, WithoutATimeAreRefused) {
  auto writer = PacketWriter::open(stream_, {options_.path, {}, {}}, nullptr);
  const auto written = (*writer)->write(packet(kNoTimestamp, 0, true), 0);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_THAT(written.error().text(), HasSubstr("carry no times; encode it"));
}

TEST_F(Packets, OfACodecThatTheContainerCannotHoldAreRefused) {
  stream_.codec_name = "vp8";
  const auto writer = PacketWriter::open(stream_, {(folder_ / "out.mp4").string(), {}, {}}, nullptr);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::output);
  EXPECT_THAT(writer.error().text(), HasSubstr("an MP4 cannot hold vp8; name an .mkv"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out.mp4")) << "nothing half-written is left";
}

TEST_F(Packets, LieBesideTheSoundOfTheirTime) {
  auto audio = make_audio_inbox({"pcm_alaw", 8000, 1, {}, {0, 1}, 0}, options_.path);
  ASSERT_TRUE(audio.ok()) << audio.error().text();
  for (std::int64_t at = 0; at < 20; ++at) {  // 20 ms each, 400 in all: beyond the pictures
    Packet sound = packet(at * 160, at * 160);
    sound.sound = true;
    EXPECT_TRUE((*audio)->push(sound, 800));
  }
  write({packet(80, 80, true), packet(120, 120), packet(160, 160)}, 0, *audio);
  std::vector<std::string> order =
      test::lines_of("ffprobe -v error -of csv=p=0 -show_entries packet=pts_time " + options_.path);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(order.front(), "0.080000");
  EXPECT_EQ(order.back(), "0.200000") << "where the last picture ends";
  EXPECT_EQ(order.size(), 3U + 6U);
}

TEST(AudioInbox, LosesTheOldestWhenNobodyTakes) {
  AudioInbox inbox({"aac", 48'000, 2, {0x11, 0x90}, {1, 1000}, 1024});
  Packet sound;
  sound.sound = true;
  for (std::size_t at = 0; at < AudioInbox::kMostWaiting; ++at) {
    sound.pts = static_cast<std::int64_t>(at);
    ASSERT_TRUE(inbox.push(sound, 0));
  }
  EXPECT_FALSE(inbox.push(sound, 0));
  EXPECT_EQ(inbox.take(1e9)->pts, 1);
  EXPECT_FALSE(inbox.take(0.001).has_value()) << "the next one is later";
}

TEST(AudioInbox, IsRefusedForSoundThatTheContainerCannotHold) {
  const auto refused = make_audio_inbox({"pcm_alaw", 8000, 1, {}, {0, 1}, 0}, "out.mp4");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("an .mkv holds G.711 too"));
  EXPECT_FALSE(make_audio_inbox({"vorbis", 48'000, 2, {}, {0, 1}, 0}, "out.mkv").ok());
  EXPECT_FALSE(make_audio_inbox({"aac", 48'000, 2, {}, {0, 1}, 0}, "out.mkv").ok()) << "nothing says how to decode it";
  EXPECT_TRUE(make_audio_inbox({"opus", 48'000, 2, {1}, {0, 1}, 0}, "out.mp4").ok());
}

}  // namespace
}  // namespace lyn
