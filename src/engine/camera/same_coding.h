#pragma once

#include "core/media.h"

namespace lyn {

/// Whether a decoder, or a file of copied packets, that was opened for one goes on with the other.
inline bool same_coding(const StreamInfo& a, const StreamInfo& b) {
  return a.codec == b.codec && a.width == b.width && a.height == b.height && a.bit_depth == b.bit_depth &&
         a.chroma == b.chroma && a.rotation == b.rotation && a.colour == b.colour && a.extradata == b.extradata &&
         a.time_base.num == b.time_base.num && a.time_base.den == b.time_base.den;
}

}  // namespace lyn
