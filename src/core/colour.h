#pragma once

#include "lynceus/pixel_format.h"

namespace lyn {

/// From a code of ITU-T H.273 table 4 (MatrixCoefficients), which H.264, HEVC, AV1, FFmpeg and nvcuvid share.
/// Those that we do not draw with are `unspecified`.
Matrix matrix_of_code(unsigned code);

/// Fills what a stream left untagged: BT.709 from 720 lines up, else BT.601; limited range
/// (full for MJPEG); left siting (center for MJPEG).
Colour resolve_untagged(Colour tagged, int height, bool is_mjpeg);

}  // namespace lyn
