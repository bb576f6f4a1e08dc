#pragma once

#include <atomic>
#include <cstdint>

#include "core/result.h"
#include "device/device.h"
#include "gpu/clip.h"

namespace lyn::bench {

/// nvcuvid and nothing else, as NVIDIA's samples use it: parse, decode, map, unmap. Loops the clip until
/// `stop` and counts mapped pictures in `frames`. What our decoder is held against. `side` > 0: has nvcuvid scale
/// pictures to so many pixels along the longer side, which it does when it maps them.
Status bare_nvcuvid(const Device& device, const Clip& clip, const std::atomic<bool>& stop,
                    std::atomic<std::uint64_t>& frames, int side = 0);

}  // namespace lyn::bench
