#pragma once

#include <optional>

#include "core/colour.h"
#include "core/media.h"
#include "device/image.h"
#include "stages/decode/ffmpeg.h"

namespace lyn {

/// libavcodec's formats in our words: YUV and grey of 8 to 12 bits, planar or semi-planar,
/// little-endian. nullopt for those that an Image cannot express.
std::optional<PixelFormat> pixel_format_of(AVPixelFormat format);

/// The colour that a decoded picture is tagged with; `container` fills what the bitstream leaves out.
Colour colour_of(const AVFrame& frame, const Colour& container);

/// Hands the container's tags to a decoder that is about to be opened.
void tag_context(AVCodecContext& context, const Colour& container);

/// AV_CODEC_ID_NONE for codecs that libavcodec does not decode here.
AVCodecID codec_id_of(CodecId codec);

}  // namespace lyn
