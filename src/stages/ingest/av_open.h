#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "stages/ingest/ffmpeg.h"
#include "stages/ingest/watch.h"

namespace lyn {

/// What an input may open beyond itself: nothing, or (HLS) what lies on the very host that it came from.
struct NestedOpens {
  std::string origin;     ///< "https://host:443"; empty: nothing may be opened
  std::string protocols;  ///< libavformat's whitelist for them
  std::string refused;    ///< the last name that was refused
  bool verify = true;     ///< that certificates are trusted, by `ca_file` or (empty) by the system's list
  std::string ca_file;
};

/// An input that libavformat has opened. Members are given back from the last to the first: the format reads
/// through `io` and asks `nested`.
struct OpenedInput {
  std::unique_ptr<NestedOpens> nested;
  AvIo io;
  AvFormat format;
};

/// A blank context that waits no longer than `watch` allows, and opens what `nested` allows (which must
/// outlive it; null: nothing). Null when there is no memory.
AvFormat new_format(Watch& watch, NestedOpens* nested);

/// avformat_open_input() with the context in its owner's hands: it is gone when that fails.
int open_format(AvFormat& context, const char* url, const AVInputFormat* format, AvOptions& options);

}  // namespace lyn
