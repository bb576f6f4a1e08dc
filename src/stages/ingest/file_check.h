#pragma once

#include <string>

#include "core/result.h"

namespace lyn {

/// Errors (kind `source`) for a path that cannot be a video, without looking inside: missing, a
/// directory, no regular file, empty, unreadable. `shown` stands for the path in messages.
Status check_file(const std::string& path, const std::string& shown);

/// Looks inside a file that could not be opened as a video, and says what it is instead: a playlist,
/// text, an mp4 without its index, another format (`format`: libavformat's guess, may be empty), noise.
Error explain_not_a_video(const std::string& path, const std::string& shown, const std::string& format);

}  // namespace lyn
