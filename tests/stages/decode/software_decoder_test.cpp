#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "media/clips.h"
#include "media/command.h"
#include "stages/decode/like_ffmpeg.h"

namespace lyn {
namespace {

using media::clip;
using media::pattern;

/// A real clip: its first pictures, or all of it where LYN_WHOLE_CLIPS is set (half a minute).
std::string sample(const std::string& name) {
  const std::string whole = media::sample(name);
  if (std::getenv("LYN_WHOLE_CLIPS") != nullptr) return whole;
  return clip(name, "-i " + media::quoted(whole) + " -map 0:v:0 -c copy -frames:v 120");
}

struct Case {
  const char* name;
  std::function<std::string()> path;
};

std::string h264(const std::string& name, const std::string& size, const std::string& more) {
  return clip(name, pattern(size, 25, 2) + " -c:v libx264 -preset veryfast " + more);
}

std::string hevc(const std::string& name, const std::string& size, const std::string& more) {
  return clip(name,
              pattern(size, 25, 1) + " -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=12 " + more);
}

std::string b_frames() {
  return h264("b.mp4", "320x240", "-bf 3 -g 20 -pix_fmt yuv420p");
}

std::string copy_of(const std::string& from, const std::string& name, const std::string& more = "") {
  return clip(name, "-i " + media::quoted(from) + " -c copy " + more);
}

const Case kCases[] = {
    {"h264_with_b_frames", b_frames},
    {"h264_pyramid",
     [] {
       return h264("pyramid.mp4", "320x240", "-bf 7 -b_strategy 2 -x264-params b-pyramid=normal -pix_fmt yuv420p");
     }},
    {"h264_in_mkv", [] { return copy_of(b_frames(), "b.mkv"); }},
    {"h264_in_mov", [] { return copy_of(b_frames(), "b.mov"); }},
    {"h264_in_ts", [] { return copy_of(b_frames(), "b.ts"); }},
    {"h264_raw", [] { return copy_of(b_frames(), "b.h264"); }},
    {"h264_cut_with_an_edit_list",
     [] { return clip("cut.mp4", "-ss 0.5 -i " + media::quoted(b_frames()) + " -c copy"); }},
    {"h264_of_odd_size", [] { return h264("odd.mp4", "322x182", "-bf 2 -pix_fmt yuv420p"); }},
    {"h264_of_really_odd_size", [] { return h264("odd444.mp4", "321x181", "-pix_fmt yuv444p"); }},
    {"h264_cropped_at_left_and_top",
     [] {
       return copy_of(h264("whole.mp4", "320x240", "-pix_fmt yuv420p"), "crop.mp4",
                      "-bsf:v h264_metadata=crop_left=32:crop_top=16:crop_right=6:crop_bottom=2");
     }},
    {"h264_cropped_by_few_columns",
     [] {
       return copy_of(h264("whole.mp4", "320x240", "-pix_fmt yuv420p"), "crop2.mp4",
                      "-bsf:v h264_metadata=crop_left=6:crop_top=2");
     }},
    {"h264_10_bit", [] { return h264("ten.mp4", "320x240", "-pix_fmt yuv420p10le"); }},
    {"h264_422", [] { return h264("422.mp4", "320x240", "-pix_fmt yuv422p"); }},
    {"h264_422_10_bit", [] { return h264("422ten.mp4", "320x240", "-pix_fmt yuv422p10le"); }},
    {"h264_grey", [] { return h264("grey.mp4", "320x240", "-pix_fmt gray"); }},
    {"h264_full_range", [] { return h264("full.mp4", "320x240", "-pix_fmt yuvj420p"); }},
    {"h264_interlaced", [] { return h264("inter.mp4", "320x240", "-flags +ilme+ildct -pix_fmt yuv420p"); }},
    {"hevc_8_bit", [] { return hevc("eight.mp4", "320x240", "-pix_fmt yuv420p"); }},
    {"hevc_8_bit_with_pyramid",
     [] {
       return clip("hb.mp4", pattern("320x240", 25, 1) +
                                 " -c:v libx265 -preset medium -pix_fmt yuv420p -x265-params "
                                 "log-level=none:bframes=4:keyint=15:open-gop=1");
     }},
    {"hevc_10_bit", [] { return hevc("hten.mp4", "320x240", "-pix_fmt yuv420p10le"); }},
    {"hevc_12_bit", [] { return hevc("htwelve.mp4", "320x240", "-pix_fmt yuv420p12le"); }},
    {"hevc_of_odd_size", [] { return hevc("hodd.mkv", "326x186", "-pix_fmt yuv420p"); }},
    {"hevc_in_ts", [] { return copy_of(hevc("eight.mp4", "320x240", "-pix_fmt yuv420p"), "eight.ts"); }},
    {"hevc_raw", [] { return copy_of(hevc("eight.mp4", "320x240", "-pix_fmt yuv420p"), "eight.hevc"); }},
    {"mjpeg", [] { return clip("jpeg.mkv", pattern("320x240", 10, 1) + " -c:v mjpeg -pix_fmt yuvj422p"); }},
    {"mpeg4", [] { return clip("asp.mp4", pattern("320x240", 25, 1) + " -c:v mpeg4 -bf 2"); }},
    {"vp9",
     [] { return clip("vp9.webm", pattern("320x240", 25, 1) + " -c:v libvpx-vp9 -deadline realtime -cpu-used 8"); }},
    {"vp8", [] { return clip("vp8.webm", pattern("320x240", 25, 1) + " -c:v libvpx -deadline realtime -cpu-used 8"); }},
    {"hevc_cropped",
     [] {
       return copy_of(hevc("eight.mp4", "320x240", "-pix_fmt yuv420p"), "hcrop.mp4",
                      "-bsf:v hevc_metadata=crop_left=16:crop_top=8:crop_right=32:crop_bottom=24");
     }},
    {"h264_with_negative_offsets_of_times",
     [] { return h264("negative.mp4", "320x240", "-bf 3 -g 20 -pix_fmt yuv420p -movflags +negative_cts_offsets"); }},
    {"h264_beside_another_video_stream",
     [] {
       return clip("two.mov", pattern("320x240", 25, 1) + " " + pattern("160x120", 25, 1) +
                                  " -map 0 -map 1 -c:v libx264 -preset veryfast -pix_fmt yuv420p");
     }},
    {"vp9_of_odd_size_with_hidden_pictures",
     [] {
       return clip("vp9odd.webm",
                   pattern("161x91", 25, 1) + " -c:v libvpx-vp9 -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 10 -g 100");
     }},
    {"av1_with_film_grain",
     [] {
       return clip("grain.mp4", pattern("176x144", 25, 0.4) + " -c:v libaom-av1 -cpu-used 8 -denoise-noise-level 50");
     }},
    {"variable_frame_rate",
     [] {
       return clip("vfr.mp4", pattern("320x240", 30, 2) +
                                  " -vf \"select='not(mod(n,5))+mod(n,3)'\" -vsync vfr -c:v libx264 -bf 2 -preset "
                                  "veryfast -pix_fmt yuv420p");
     }},
    {"the_sample_of_people", [] { return sample("one-by-one-person-detection.mp4"); }},
    {"the_sample_of_cars", [] { return sample("car-detection.mp4"); }},
    {"the_sample_of_bottles", [] { return sample("bottle-detection.mp4"); }},
};

class DecodesLikeFfmpeg : public ::testing::TestWithParam<Case> {};

TEST_P(DecodesLikeFfmpeg, pixels_and_times) {
  expect_like_ffmpeg(GetParam().path());
}

INSTANTIATE_TEST_SUITE_P(Clips, DecodesLikeFfmpeg, ::testing::ValuesIn(kCases),
                         [](const auto& made) { return std::string(made.param.name); });

TEST(SoftwareDecoder, decodes_the_same_with_more_threads) {
  expect_like_ffmpeg(b_frames(), 3);
  expect_like_ffmpeg(hevc("eight.mp4", "320x240", "-pix_fmt yuv420p"), 2);
}

}  // namespace
}  // namespace lyn
