// What NVDEC's wrapper makes of every kind of stream, on the stand-in: the frames of `cpu`, to the bit.
#include "cusim/a_run.h"
#include "cusim/cusim.h"

namespace lyn {
namespace {

struct Format {
  const char* name;
  const char* file;
  const char* arguments;
  friend std::ostream& operator<<(std::ostream& out, const Format& format) { return out << format.arguments; }
};

constexpr Format kFormats[] = {
    {"H264WithBFrames", "h264.mp4", " -c:v libx264 -bf 3 -g 10 -pix_fmt yuv420p"},
    {"H264Interlaced", "fields.mkv",
     " -c:v libx264 -bf 0 -flags +ildct+ilme -x264-params interlaced=1 -pix_fmt yuv420p"},
    {"Hevc", "hevc.mp4", " -c:v libx265 -preset ultrafast -x265-params log-level=error:bframes=3 -pix_fmt yuv420p"},
    {"Hevc10Bit", "hevc10.mkv", " -c:v libx265 -preset ultrafast -x265-params log-level=error -pix_fmt yuv420p10le"},
    {"Vp9", "vp9.webm", " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p"},
    {"Vp8", "vp8.webm", " -c:v libvpx -deadline realtime -cpu-used 8 -pix_fmt yuv420p"},
};

Outcome frames_of(const std::string& clip, const char* device) {
  Outcome outcome = run_file(clip, device, "none");
  EXPECT_FALSE(outcome.error) << outcome.error->text();
  return outcome;
}

void expect_the_frames_of_cpu(const std::string& clip, std::size_t frames) {
  const Outcome cpu = frames_of(clip, "cpu");
  EXPECT_EQ(cpu.lines.size(), frames);
  EXPECT_EQ(frames_of(clip, "cuda").lines, cpu.lines);
  EXPECT_STREQ(cusim_report(), "");
}

class Formats : public testing::TestWithParam<Format> {};

TEST_P(Formats, GiveTheFramesOfCpu) {
  const Format& format = GetParam();
  expect_the_frames_of_cpu(media::clip(format.file, media::pattern("226x164", 25, 0.8) + format.arguments), 20);
}

INSTANTIATE_TEST_SUITE_P(Each, Formats, testing::ValuesIn(kFormats),
                         [](const auto& format) { return std::string(format.param.name); });

/// A camera that changes to larger pictures, to smaller ones, and back.
TEST(FormatsOnTheWay, GiveTheFramesOfCpu) {
  std::string joined;
  int offset = 0;
  for (const char* size : {"192x160", "320x240", "176x144", "192x160"}) {
    joined +=
        media::bytes_of(media::clip("piece.ts", media::pattern(size, 25, 0.4) + " -c:v libx264 -bf 2 -pix_fmt yuv420p" +
                                                    " -muxdelay 0 -output_ts_offset " + std::to_string(offset++)));
  }
  expect_the_frames_of_cpu(media::file_of("sizes.ts", joined), 40);
}

}  // namespace
}  // namespace lyn
