#pragma once

#include "core/media.h"
#include "stages/ingest/ffmpeg.h"

namespace lyn {

/// Pictures larger than this are refused before memory is taken for them.
constexpr int kMostPixelsAcross = 16'384;
constexpr std::int64_t kMostPixels = 8192LL * 8192 * 2;

/// True for sizes that are positive and within the limits above.
bool is_sane_size(int width, int height);

/// The stream as its container (and libavformat's look at its first packets) describes it.
/// Colours stay as tagged; rotation is the display matrix's, to the nearest quarter turn.
StreamInfo describe_stream(const AVStream& stream);

/// Quarter turns clockwise that show the stream upright, 0..3.
int rotation_of(const AVStream& stream);

}  // namespace lyn
