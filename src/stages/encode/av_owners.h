#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include <memory>
#include <string>

#include "core/media.h"

/// Move-only owners of libav* handles.
namespace lyn::av {

struct CodecContextFree {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameFree {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketFree {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct ParametersFree {
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};
struct MuxerFree {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
/// The context and the buffer it holds now (libavformat may replace the first one).
struct IoFree {
  void operator()(AVIOContext* io) const {
    av_freep(&io->buffer);
    avio_context_free(&io);
  }
};
struct DictionaryFree {
  void operator()(AVDictionary* dictionary) const { av_dict_free(&dictionary); }
};

using CodecContext = std::unique_ptr<AVCodecContext, CodecContextFree>;
using Frame = std::unique_ptr<AVFrame, FrameFree>;
using Packet = std::unique_ptr<AVPacket, PacketFree>;
using Muxer = std::unique_ptr<AVFormatContext, MuxerFree>;
using Io = std::unique_ptr<AVIOContext, IoFree>;
using Dictionary = std::unique_ptr<AVDictionary, DictionaryFree>;

inline std::string text_of(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof text);
  return text;
}

/// Sets one option; AVDictionary keeps its own copies.
inline void set(Dictionary& dictionary, const char* key, const std::string& value) {
  AVDictionary* raw = dictionary.release();
  av_dict_set(&raw, key, value.c_str(), 0);
  dictionary.reset(raw);
}

}  // namespace lyn::av
