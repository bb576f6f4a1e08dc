#include "stages/encode/encoder_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace lyn {
namespace {

constexpr std::array<std::string_view, 10> kPresets{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                                                    "medium",    "slow",      "slower",   "veryslow", "placebo"};

struct CodecEncoder {
  std::string_view codec;
  const char* encoder;
};
constexpr std::array<CodecEncoder, 3> kEncoders{{{"h264", "libx264"}, {"hevc", "libx265"}, {"mjpeg", "mjpeg"}}};

const CodecEncoder* encoder_of(std::string_view codec) {
  const auto* const found = std::ranges::find(kEncoders, codec, &CodecEncoder::codec);
  return found == kEncoders.end() ? nullptr : found;
}

/// Pictures that x264 and x265 look ahead. The two fastest presets of x264 look none.
int lookahead(const VideoWriterOptions& options, AVRational frame_rate) {
  if (options.preset == "ultrafast" || options.preset == "superfast") return 0;
  return std::clamp(static_cast<int>(av_q2d(frame_rate) / 4), 0, 10);
}

/// x265 calls intra pictures of its own accord, open groups and a report on the console its defaults.
std::string x265_settings(const VideoWriterOptions& options, AVRational frame_rate) {
  std::string text = "log-level=none:info=0:bframes=0:keyint=-1:open-gop=0:frame-threads=1:rc-lookahead=" +
                     std::to_string(std::max(1, lookahead(options, frame_rate)));
  if (options.threads > 0) text += ":pools=" + std::to_string(options.threads);
  return text;
}

}  // namespace

Status check_encoder_options(const VideoWriterOptions& options) {
  if (encoder_of(options.codec) == nullptr) {
    return Error{ErrorKind::usage, "video is not encoded as '" + options.codec + "'", "use h264, hevc or mjpeg"};
  }
  if (std::find(kPresets.begin(), kPresets.end(), options.preset) == kPresets.end()) {
    return Error{ErrorKind::usage, "no video preset is called '" + options.preset + "'",
                 "use ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow or placebo"};
  }
  if (options.crf && (*options.crf < 0 || *options.crf > 51)) {
    return Error{ErrorKind::usage, "a video quality (crf) of " + std::to_string(*options.crf) + " does not exist",
                 "use 0 (best) to 51; 23 is usual"};
  }
  if (options.jpeg_quality < 1 || options.jpeg_quality > 100) {
    return Error{ErrorKind::usage, "a JPEG quality of " + std::to_string(options.jpeg_quality) + " does not exist",
                 "use 1 to 100 (best); 85 is usual"};
  }
  if (options.threads < 0 || options.threads > 64) {
    return Error{ErrorKind::usage, "cannot encode with " + std::to_string(options.threads) + " threads", "use 1 to 64"};
  }
  return {};
}

const char* encoder_name(const std::string& codec) {
  return encoder_of(codec)->encoder;
}

av::Dictionary encoder_settings(const VideoWriterOptions& options, AVRational frame_rate) {
  av::Dictionary settings;
  if (options.codec == "mjpeg") return settings;
  const bool hevc = options.codec == "hevc";
  av::set(settings, "preset", options.preset);
  av::set(settings, "crf", std::to_string(options.crf.value_or(hevc ? 28 : 23)));
  if (hevc) {
    av::set(settings, "forced-idr", "1");
    av::set(settings, "x265-params", x265_settings(options, frame_rate));
  } else {
    av::set(settings, "rc-lookahead", std::to_string(lookahead(options, frame_rate)));
  }
  return settings;
}

int jpeg_scale(int quality) {
  return static_cast<int>(std::lround(2 + (100 - quality) * 29 / 99.0));
}

}  // namespace lyn
