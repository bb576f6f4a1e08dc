#pragma once

#include <string>

#include "stages/ingest/ffmpeg.h"
#include "stages/ingest/watch.h"

namespace lyn {

/// A file for libavformat to read; null with the reason in `errno`. Reading ends when `watch`, which must outlive it,
/// says so. Not avio_open2(): that of libavformat 5.1 frees twice when memory runs out in it (ffio_fdopen() closes what
/// ffio_open_whitelist() then closes again).
AvIo open_file_io(const std::string& path, Watch& watch);

}  // namespace lyn
