#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "stages/ingest/reading.h"

namespace lyn {
namespace {

TEST(FileSource, describes_the_video_stream) {
  const auto source = must(open_source(clip_with_sound(), {}));
  EXPECT_EQ(source->container(), "mov,mp4,m4a,3gp,3g2,mj2");
  EXPECT_FALSE(source->live());
  const StreamInfo& stream = source->stream();
  EXPECT_EQ(stream.codec, CodecId::h264);
  EXPECT_EQ(stream.width, 320);
  EXPECT_EQ(stream.height, 240);
  EXPECT_EQ(stream.frame_rate, (Rational{25, 1}));
  EXPECT_EQ(stream.time_base, (Rational{1, 12800}));
  EXPECT_EQ(stream.duration_ticks, 12800);
  EXPECT_FALSE(stream.extradata.empty());
}

TEST(FileSource, gives_the_video_packets_alone_in_every_container) {
  for (const auto& path : {clip_with_sound(), copied("s.mkv"), copied("s.mov"), copied("s.ts")}) {
    const auto source = must(open_source(path, {}));
    const auto packets = packets_of(*source);
    ASSERT_EQ(packets.size(), 25U) << path;
    EXPECT_TRUE(packets[0].key);
    EXPECT_FALSE(packets[1].key);
    EXPECT_FALSE(packets[0].corrupt);
  }
}

TEST(FileSource, reads_raw_streams) {
  EXPECT_EQ(packets_of(*must(open_source(copied("s.h264", "-an"), {}))).size(), 25U);
  const auto hevc = media::clip(
      "s.hevc", media::pattern("320x240", 25, 0.4) + " -c:v libx265 -preset ultrafast -x265-params log-level=none");
  const auto source = must(open_source(hevc, {}));
  EXPECT_EQ(source->container(), "hevc");
  EXPECT_EQ(packets_of(*source).size(), 10U);
}

TEST(FileSource, pads_packets_with_zero_bytes) {
  const auto source = must(open_source(clip_with_sound(), {}));
  for (const Packet& packet : packets_of(*source)) {
    for (int i = 0; i < 64; ++i) EXPECT_EQ(packet.bytes.data()[packet.bytes.size() + static_cast<std::size_t>(i)], 0);
  }
}

TEST(FileSource, gives_the_same_packets_after_rewind) {
  const auto coded = [](const char* name, const std::string& how) {
    return media::clip(name, media::pattern("320x240", 25, 1) + how);
  };
  const auto fragments = copied("fragments.mp4", "-movflags frag_keyframe+empty_moov");
  const auto cut = copied("cut.mp4", "-ss 0.3");  // with an edit list
  const auto reordered = coded("reordered.mp4", " -c:v libx264 -bf 3 -g 10");
  const auto mpeg4 = coded("part2.mp4", " -c:v mpeg4 -bf 2");
  const auto hevc = coded("hevc.mov", " -c:v libx265 -preset ultrafast -x265-params log-level=none");
  const auto pictures = coded("pictures.mov", " -c:v mjpeg");
  for (const auto& path : {clip_with_sound(), copied("s.mkv"), copied("s.ts"), copied("s.h264", "-an"), fragments, cut,
                           reordered, mpeg4, hevc, pictures}) {
    const auto source = must(open_source(path, {}));
    const auto first = packets_of(*source);
    must(source->rewind());
    const auto second = packets_of(*source);
    ASSERT_EQ(first.size(), second.size()) << path;
    for (std::size_t i = 0; i < first.size(); ++i) {
      SCOPED_TRACE(path + ", packet " + std::to_string(i));
      EXPECT_EQ(first[i].pts, second[i].pts);
      EXPECT_EQ(first[i].dts, second[i].dts);
      EXPECT_EQ(first[i].duration, second[i].duration);
      EXPECT_EQ(first[i].key, second[i].key);
      EXPECT_TRUE(std::ranges::equal(first[i].bytes, second[i].bytes));
    }
  }
}

TEST(FileSource, can_be_rewound_in_the_middle) {
  const auto source = must(open_source(clip_with_sound(), {}));
  const auto first = must(source->read());
  (void)must(source->read());
  must(source->rewind());
  EXPECT_EQ(must(source->read())->pts, first->pts);
}

TEST(FileSource, says_how_the_picture_is_turned) {
  struct {
    const char* tag;  ///< as ffmpeg 5.1 writes it: degrees counterclockwise
    int turns;
  } const cases[] = {{"0", 0}, {"90", 3}, {"180", 2}, {"270", 1}};
  for (const auto& turned : cases) {
    const auto path = copied("turned.mp4", std::string("-metadata:s:v rotate=") + turned.tag);
    EXPECT_EQ(must(open_source(path, {}))->stream().rotation, turned.turns) << turned.tag;
  }
}

TEST(FileSource, keeps_colour_as_tagged) {
  const auto path =
      media::clip("tagged.mp4", media::pattern("320x240", 25, 0.2) +
                                    " -c:v libx264 -pix_fmt yuv420p10le -colorspace bt2020nc -color_range "
                                    "pc -x264-params colormatrix=bt2020nc:range=pc:chromaloc=2");
  const StreamInfo stream = must(open_source(path, {}))->stream();
  EXPECT_EQ(stream.colour, (Colour{Matrix::bt2020, Range::full, Siting::topleft}));
  EXPECT_EQ(stream.bit_depth, 10);
  EXPECT_EQ(must(open_source(media::sample("bottle-detection.mp4"), {}))->stream().colour.matrix, Matrix::unspecified);
}

TEST(FileSource, hides_what_an_edit_list_cuts_off) {
  const auto cut = media::clip("cut.mp4", "-ss 0.2 -i " + media::quoted(clip_with_sound()) + " -an -c copy");
  const auto packets = packets_of(*must(open_source(cut, {})));
  EXPECT_LT(packets.front().duration, 0);
  EXPECT_GT(packets.back().duration, 0);
}

TEST(FileSource, passes_over_cover_art) {
  const auto art = media::clip("art.png", media::pattern("64x64", 1, 1) + " -frames:v 1");
  const auto path = media::clip("cover.mp4", "-i " + media::quoted(art) + " -i " + media::quoted(clip_with_sound()) +
                                                 " -map 0 -map 1 -c copy -disposition:v:0 attached_pic");
  EXPECT_EQ(must(open_source(path, {}))->stream().codec, CodecId::h264);
}

TEST(FileSource, cut_short_gives_what_is_there_and_ends) {
  const auto moov_first = copied("fast.mp4", "-an -movflags +faststart");
  const std::string whole = media::bytes_of(moov_first);
  const auto half = media::file_of("half.mp4", whole.substr(0, whole.size() * 6 / 10));
  const auto packets = packets_of(*must(open_source(half, {})));
  EXPECT_GT(packets.size(), 3U);
  EXPECT_LT(packets.size(), 25U);
}

TEST(FileSource, ends_at_once_when_interrupted) {
  const auto source = must(open_source(clip_with_sound(), {}));
  (void)must(source->read());
  std::thread([&] { source->interrupt(); }).join();
  for (int i = 0; i < 2; ++i) {
    const auto read = source->read();
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().kind, ErrorKind::cancelled);
  }
}

TEST(FileSource, is_not_opened_once_stop_was_asked) {
  std::stop_source stop;
  stop.request_stop();
  SourceOptions options;
  options.stop = stop.get_token();
  const auto opened = open_source(clip_with_sound(), options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace lyn
