#pragma once

#include <memory>

#include "core/result.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"

namespace lyn {

/// The JPEG files of a folder, or those that a pattern ("shots/*.jpg") matches, in the order of their names, as
/// a stream of pictures at `options.still_rate`. Other files are passed over. Each file is read when its turn
/// comes; one that has gone, or is no JPEG any more, is passed over with a log line. Errors: kind `source`.
Result<std::unique_ptr<Source>> open_stills(const SourceUri& uri, const SourceOptions& options);

}  // namespace lyn
