#pragma once

#include <memory>

#include "core/media.h"
#include "core/result.h"
#include "device/device.h"
#include "stages/decode/decoder.h"

namespace lyn {

/// NVDEC through nvcuvid: compressed pictures in, surfaces of the GPU out, in presentation order and
/// without a copy; interlaced pictures come woven, as libavcodec gives them. `device` must be a cuda
/// device. Frames are NV12 (P016 above 8 bit), cropped as the stream says; each holds a surface until
/// its lease ends, on whichever thread. When a lane holds more than a handful of them, further ones are
/// copied within the device, so that decoding never waits for a lease.
/// Errors (kind `device`) name codec, format, size and the GPU's limits.
Result<std::unique_ptr<Decoder>> make_nvdec_decoder(Device& device, const StreamInfo& stream,
                                                    const DecoderOptions& options);

/// How many decoders the GPU has, which share its streams among them; 0 where its driver does not say.
int nvdec_engines(Device& device);

}  // namespace lyn
