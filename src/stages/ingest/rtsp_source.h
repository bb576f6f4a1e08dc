#pragma once

#include <memory>

#include "core/result.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"

namespace lyn {

/// A camera as a Source, for those who wait for packets on a thread of their own (the engine takes them from a
/// Receiver instead). At most kMostWaiting packets wait to be read; when more come, whole GOPs are dropped, counted in
/// the packet behind them (`dropped_before`).
Result<std::unique_ptr<Source>> open_rtsp_source(const SourceUri& uri, const SourceOptions& options);

/// What a camera's description and first parameter sets tell beside the stream itself.
struct RtspFacts {
  int profile = 0;  ///< as FFmpeg numbers profiles; 0 when not known
  bool offers_audio = false;
};
/// `source` must come of open_rtsp_source().
RtspFacts rtsp_facts(const Source& source);

}  // namespace lyn
