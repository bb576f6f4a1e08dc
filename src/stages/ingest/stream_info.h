#pragma once

#include "core/media.h"
#include "stages/ingest/ffmpeg.h"
#include "stages/ingest/picture_limits.h"

namespace lyn {

/// The stream as its container (and libavformat's look at its first packets) describes it.
/// Colours stay as tagged; rotation is the display matrix's, to the nearest quarter turn.
StreamInfo describe_stream(const AVStream& stream);

/// Quarter turns clockwise that show the stream upright, 0..3.
int rotation_of(const AVStream& stream);

}  // namespace lyn
