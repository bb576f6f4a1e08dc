#pragma once

#include <memory>

#include "stages/decode/decoder.h"

namespace lyn {

/// AV1 by libdav1d itself, straight into the pool of `device` through its picture allocator (the wrapper
/// in libavcodec 5.1 has a pool of its own). Film grain is applied, as every player does. Threads share
/// the tiles of one picture: none is held back for the sake of another. Error `device`: dav1d cannot start.
Result<std::unique_ptr<Decoder>> make_dav1d_decoder(Device& device, const StreamInfo& stream,
                                                    const DecoderOptions& options);

}  // namespace lyn
