#pragma once

#include "lynceus/pixel_format.h"

namespace lyn {

/// Fills what a stream left untagged: BT.709 from 720 lines up, else BT.601; limited range
/// (full for MJPEG); left siting (center for MJPEG).
Colour resolve_untagged(Colour tagged, int height, bool is_mjpeg);

}  // namespace lyn
