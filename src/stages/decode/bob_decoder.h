#pragma once

#include <memory>

#include "device/device.h"
#include "stages/decode/decoder.h"

namespace lyn {

/// What `options.interlaced` asks for around a decoder: `weave` is the decoder itself; `bob` makes of each
/// interlaced picture one that shows its first field alone, with the lines between interpolated on the device.
/// Progressive pictures pass through. The number of pictures, and their times, stay.
Result<std::unique_ptr<Decoder>> with_interlaced_policy(Device& device, std::unique_ptr<Decoder> decoder,
                                                        const DecoderOptions& options);

}  // namespace lyn
