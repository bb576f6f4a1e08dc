#pragma once

#include <string>
#include <vector>

#include "media/command.h"

namespace lyn::media {

/// The decoded planes of a clip, picture after picture, as `ffmpeg -noautorotate -f rawvideo` writes them.
/// `input`: options in front of the input.
Pipe raw_video(const std::string& path, const std::string& input = "");

/// best_effort_timestamp_time of every picture of the first video stream, as ffprobe prints it.
std::vector<std::string> picture_times(const std::string& path);

/// One field of the first video stream, as ffprobe prints it.
std::string stream_field(const std::string& path, const std::string& field);

}  // namespace lyn::media
