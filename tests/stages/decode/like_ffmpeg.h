#pragma once

#include <string>

namespace lyn {

/// Expects what is decoded of a clip to be ffmpeg's planes to the byte and ffprobe's times to the digit,
/// undamaged and complete. `oracle`: options in front of ffmpeg's input, to name another decoder than ours.
void expect_like_ffmpeg(const std::string& path, int threads = 1, const std::string& oracle = "");

}  // namespace lyn
