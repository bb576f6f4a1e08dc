#pragma once

#include "core/colour.h"
#include "stages/encode/av_owners.h"

namespace lyn {

/// Says in FFmpeg's words what the samples mean. What is drawn on keeps its matrix; primaries and transfer are those
/// that usually come with it.
void tag_colour(AVCodecContext& context, const Colour& colour);

}  // namespace lyn
