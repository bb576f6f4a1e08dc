#pragma once

#include <string>

#include "config/config.h"
#include "core/result.h"

namespace lyn {

/// True for sources that set their own pace.
bool is_camera(const std::string& uri);

/// Refuses (kind `usage`) streams of one camera that share no time line: a live one beside a file, or files that start
/// over (`loop`), each after a length of its own. Says where a stream to record would not be opened.
Status check_streams(const CameraConfig& camera, bool loop);

}  // namespace lyn
