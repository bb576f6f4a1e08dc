#pragma once

#include "core/media.h"
#include "stages/decode/ffmpeg.h"

namespace lyn {

/// Fills `to` (blank) with a share of the packet's bytes: nothing is copied. A negative duration marks
/// a picture that is decoded and not shown. False when there is no memory.
bool fill_packet(AVPacket& to, const Packet& from);

}  // namespace lyn
