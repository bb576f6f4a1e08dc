#pragma once

#include <string>

#include "core/result.h"
#include "stages/encode/av_owners.h"
#include "stages/encode/video_writer.h"

namespace lyn {

/// Error kind `usage`: an unknown codec or preset, or impossible numbers.
Status check_encoder_options(const VideoWriterOptions& options);

/// FFmpeg's encoder of a checked codec: "libx264".
const char* encoder_name(const std::string& codec);

/// What that encoder is told beyond the picture's shape. No B-frames: packets come in presentation order.
/// At most a quarter of a second of pictures waits inside, since they are lost with the process.
av::Dictionary encoder_settings(const VideoWriterOptions& options, AVRational frame_rate);

/// The quantiser scale, 2 (best) to 31, of a JPEG quality of 1 to 100.
int jpeg_scale(int quality);

}  // namespace lyn
