#pragma once

#include "stages/encode/media_file.h"
#include "stages/encode/muxer_io.h"

namespace lyn::av {

/// A muxer of libavformat that writes to `io` and leaves all times as they are.
Result<Muxer> new_muxer(const MuxerIo& io, const char* format);
/// Adds a stream for `track`, turned where the container can say so.
Status add_track(const MuxerIo& io, AVFormatContext& muxer, const MediaTrack& track);

}  // namespace lyn::av
