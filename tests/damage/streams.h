#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "media/clips.h"

namespace lyn {

/// One small clip a codec: 24 pictures, GOPs of 8.
struct DamagedStream {
  std::string name;     ///< of the file
  std::string encoder;  ///< ffmpeg's arguments
};

/// Of a test over these streams.
inline std::string name_of_test(const testing::TestParamInfo<DamagedStream>& stream) {
  std::string name = stream.param.name;
  std::ranges::replace_if(
      name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

inline std::vector<DamagedStream> damaged_streams() {
  const std::string vpx = " -deadline realtime -cpu-used 8 -g 8 -b:v 300k";
  return {{"h264.mp4", "-c:v libx264 -preset veryfast -bf 2 -g 8"},
          {"h264-slices.ts", "-c:v libx264 -preset veryfast -bf 2 -g 8 -slices 4"},
          {"h264-interlaced.mkv", "-c:v libx264 -preset veryfast -bf 2 -g 8 -flags +ilme+ildct"},
          {"hevc.mkv", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=8:bframes=2"},
          {"hevc-10.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=8 -pix_fmt yuv420p10le"},
          {"vp9.webm", "-c:v libvpx-vp9" + vpx},
          {"vp8.webm", "-c:v libvpx" + vpx},
          {"av1.mkv", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 8 -strict experimental"},
          {"mpeg4.avi", "-c:v mpeg4 -bf 2 -g 8"},
          {"mpeg2.mpg", "-c:v mpeg2video -bf 2 -g 8"},
          {"mjpeg.mov", "-c:v mjpeg -q:v 5"},
          {"wmv2.wmv", "-c:v wmv2 -g 8"},
          {"flash.flv", "-c:v libx264 -preset veryfast -bf 2 -g 8"}};
}

inline void PrintTo(const DamagedStream& stream, std::ostream* out) {
  *out << stream.name;
}

inline std::string clip_of(const DamagedStream& stream) {
  return media::clip(stream.name, media::pattern("176x144", 25, 0.96) + " -pix_fmt yuv420p " + stream.encoder);
}

}  // namespace lyn
