#pragma once

#include <string>
#include <vector>

namespace lyn {

/// A row of docs/FORMATS.md: what is decoded on `cpu`, each held to ffmpeg's bytes.
struct FormatRow {
  std::string codec;                    ///< as FFmpeg calls it
  std::string pixels;                   ///< FFmpeg's pixel format, of the clip and of the planes
  std::vector<std::string> containers;  ///< by their files' endings; the first is encoded, the others copied
  std::string encoder;                  ///< ffmpeg's arguments
  std::string size = "161x121";
};

inline std::vector<FormatRow> format_rows() {
  const std::string x264 = "-c:v libx264 -preset veryfast -bf 2 -g 8";
  const std::string x265 = "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=8:bframes=2";
  const std::string aom = "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 8 -strict experimental";
  const std::string aom_good = "-c:v libaom-av1 -cpu-used 8 -g 8 -lag-in-frames 5";
  const std::string vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 8";
  const std::string jpeg = "-c:v mjpeg -q:v 4";
  std::vector<FormatRow> rows;
  const auto add = [&](const char* codec, const char* pixels, std::vector<std::string> containers,
                       const std::string& encoder, const char* size = "161x121") {
    rows.push_back({codec, pixels, std::move(containers), encoder, size});
  };
  add("h264", "yuv420p", {"mp4", "mov", "mkv", "ts", "flv", "avi", "h264"}, x264, "162x122");
  for (const char* pixels : {"yuvj420p", "yuv420p10le"}) add("h264", pixels, {"mp4", "mkv", "ts"}, x264, "162x122");
  for (const char* pixels : {"yuv422p", "yuv422p10le"}) add("h264", pixels, {"mp4", "mkv", "ts"}, x264, "162x121");
  for (const char* pixels : {"yuv444p", "yuv444p10le"}) add("h264", pixels, {"mp4", "mkv"}, x264);
  add("hevc", "yuv420p", {"mp4", "mov", "mkv", "ts", "hevc"}, x265);
  for (const char* pixels : {"yuv420p10le", "yuv420p12le"}) add("hevc", pixels, {"mp4", "mkv", "ts"}, x265);
  for (const char* pixels : {"yuv422p", "yuv422p10le", "yuv422p12le", "yuv444p", "yuv444p10le", "yuv444p12le", "gray",
                             "gray10le", "gray12le"}) {
    add("hevc", pixels, {"mp4", "mkv"}, x265);
  }
  add("av1", "yuv420p", {"mp4", "mkv", "webm", "ivf", "obu"}, aom_good);
  for (const char* pixels : {"yuv420p10le", "yuv420p12le", "yuv422p", "yuv422p10le", "yuv422p12le", "yuv444p",
                             "yuv444p10le", "yuv444p12le", "gray", "gray10le", "gray12le"}) {
    add("av1", pixels, {"mp4", "mkv"}, aom);
  }
  add("vp9", "yuv420p", {"webm", "mkv", "mp4", "ivf"}, vp9);
  for (const char* pixels : {"yuv420p10le", "yuv420p12le", "yuv422p", "yuv422p10le", "yuv422p12le", "yuv444p",
                             "yuv444p10le", "yuv444p12le"}) {
    add("vp9", pixels, {"webm", "mkv"}, vp9);
  }
  add("vp8", "yuv420p", {"webm", "mkv", "ivf"}, "-c:v libvpx -deadline realtime -cpu-used 8 -g 8");
  add("mpeg4", "yuv420p", {"mp4", "avi", "mkv", "ts", "m4v"}, "-c:v mpeg4 -bf 2 -g 8");
  add("mpeg2video", "yuv420p", {"mpg", "ts", "mkv", "mp4", "avi", "m2v"}, "-c:v mpeg2video -bf 2 -g 8");
  add("mpeg2video", "yuv422p", {"mpg", "ts", "mkv"}, "-c:v mpeg2video -bf 2 -g 8");
  add("mpeg1video", "yuv420p", {"mpg", "ts", "mkv", "avi", "m1v"}, "-c:v mpeg1video -bf 2 -g 8");
  for (const char* pixels : {"yuvj420p", "yuvj422p", "yuvj444p"})
    add("mjpeg", pixels, {"avi", "mov", "mkv", "mjpeg"}, jpeg);
  add("wmv1", "yuv420p", {"wmv", "avi", "mkv"}, "-c:v wmv1 -g 8");
  add("wmv2", "yuv420p", {"wmv", "avi", "mkv"}, "-c:v wmv2 -g 8");
  return rows;
}

/// What is refused, each with its sentence.
struct RefusedRow {
  std::string what;
  std::string file;     ///< name of the clip
  std::string encoder;  ///< ffmpeg's arguments
  std::string says;     ///< the refusal
};

inline std::vector<RefusedRow> refused_rows() {
  return {
      {"AV1 of RGB", "rgb-av1.mkv", "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt gbrp",
       "pictures of the format gbrp are not read"},
      {"4:4:0", "440.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv440p",
       "pictures of the format yuv440p are not read"},
      {"ProRes", "prores.mov", "-c:v prores_ks", "no decoder for prores"},
      {"PNG of one bit", "mono.mkv", "-c:v png -pix_fmt monob", "pictures of the format monob are not read"},
      {"FFV1", "ffv1.mkv", "-c:v ffv1", "no decoder for ffv1"},
      {"H.263", "h263.avi", "-s 176x144 -c:v h263", "no decoder for h263"},
      {"raw pictures in a container", "raw.avi", "-c:v rawvideo -pix_fmt yuv420p", "no decoder for rawvideo"},
  };
}

}  // namespace lyn
