#pragma once

#include "core/result.h"
#include "device/cuda/ffnvcodec.h"

namespace lyn::cuda {

/// nvcuvid's functions that we call: X(member, exported symbol).
#define LYN_NVCUVID_FUNCTIONS(X)                                              \
  X(create_parser, tcuvidCreateVideoParser, "cuvidCreateVideoParser")         \
  X(parse, tcuvidParseVideoData, "cuvidParseVideoData")                       \
  X(destroy_parser, tcuvidDestroyVideoParser, "cuvidDestroyVideoParser")      \
  X(decoder_caps, tcuvidGetDecoderCaps, "cuvidGetDecoderCaps")                \
  X(create_decoder, tcuvidCreateDecoder, "cuvidCreateDecoder")                \
  X(destroy_decoder, tcuvidDestroyDecoder, "cuvidDestroyDecoder")             \
  X(reconfigure_decoder, tcuvidReconfigureDecoder, "cuvidReconfigureDecoder") \
  X(decode_picture, tcuvidDecodePicture, "cuvidDecodePicture")                \
  X(decode_status, tcuvidGetDecodeStatus, "cuvidGetDecodeStatus")             \
  X(map_frame, tcuvidMapVideoFrame64, "cuvidMapVideoFrame64")                 \
  X(unmap_frame, tcuvidUnmapVideoFrame64, "cuvidUnmapVideoFrame64")

/// libnvcuvid.so.1, loaded at run time, once for the process.
struct NvcuvidApi {
#define LYN_MEMBER(member, type, symbol) type* member = nullptr;
  LYN_NVCUVID_FUNCTIONS(LYN_MEMBER)
#undef LYN_MEMBER
};

/// Error (kind `device`): the library is missing or too old, with the remedy.
const Result<const NvcuvidApi*>& nvcuvid_api();

}  // namespace lyn::cuda
