#pragma once

#include "device/cuda/nvcuvid_api.h"

namespace lyn {

/// True when a picture refers to pictures that never came: what it shows is concealed, not decoded.
/// Known for H.264 (frames that the decoder had to invent, clause 8.2.5.2) and HEVC (entries of the
/// reference picture set that are "no reference picture", clause 8.3.2).
bool misses_references(cudaVideoCodec codec, const CUVIDPICPARAMS& picture);

}  // namespace lyn
