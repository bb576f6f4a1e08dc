#pragma once

#include "media/clips.h"
#include "media/command.h"

namespace lyn::media {

/// 50 pictures of 320x240, GOPs of 10 with B-frames.
inline std::string h264_in_short_gops() {
  return clip("gops.mp4",
              pattern("320x240", 25, 2) +
                  " -c:v libx264 -preset veryfast -bf 2 -g 10 -sc_threshold 0 -flags +cgop -pix_fmt yuv420p");
}

inline std::string h264_without_b_frames() {
  return clip("gops-ip.mp4", pattern("320x240", 25, 2) +
                                 " -c:v libx264 -preset veryfast -bf 0 -g 10 -sc_threshold 0 -pix_fmt yuv420p");
}

inline std::string hevc_in_short_gops() {
  return clip("gops-hevc.mp4", pattern("320x240", 25, 2) +
                                   " -c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params "
                                   "log-level=none:keyint=10:min-keyint=10:open-gop=0:bframes=2:scenecut=0");
}

}  // namespace lyn::media
