#pragma once

#include "core/result.h"
#include "stages/ingest/av_open.h"
#include "stages/ingest/source.h"
#include "stages/ingest/source_uri.h"
#include "stages/ingest/watch.h"

namespace lyn {

/// Opens an http:// or https:// URL: a file, an HLS playlist, or a stream without end (TS, MJPEG parts).
/// Certificates are verified, unless `options.tls` says otherwise (it cannot
/// pin one here). http may lead on to https, never the other way. A playlist's segments, and the
/// playlists that it names, must lie on the host, port and scheme of the playlist itself: anything else, and
/// every local file, is refused. Errors: kind `source`; `cancelled`.
Result<OpenedInput> open_http(const SourceUri& uri, const SourceOptions& options, Watch& watch);

/// Why an HTTP source could not be opened or read, from libavformat's code. `refused`: what a playlist named
/// and was not allowed, if anything; `late`: our own deadline passed.
Error explain_http(const std::string& shown, int code, const std::string& refused, bool late);

}  // namespace lyn
