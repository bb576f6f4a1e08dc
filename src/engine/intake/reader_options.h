#pragma once

#include <string>

#include "config/config.h"
#include "engine/intake/reader.h"
#include "engine/run/run_options.h"

namespace lyn {

/// How a stream of a camera is read; `uri`: which one.
ReaderOptions reader_options(const CameraConfig& camera, const std::string& uri, const RunOptions& run);

}  // namespace lyn
