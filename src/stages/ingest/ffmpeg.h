#pragma once

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

namespace lyn {

/// Owners of libavformat's handles.
struct AvIoClose {
  void operator()(AVIOContext* io) const;  ///< in file_io.cpp, which has contexts of its own
};
using AvIo = std::unique_ptr<AVIOContext, AvIoClose>;

struct AvFormatClose {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
using AvFormat = std::unique_ptr<AVFormatContext, AvFormatClose>;

struct AvPacketFree {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using AvPacket = std::unique_ptr<AVPacket, AvPacketFree>;

/// Options handed to libavformat by pointer to pointer, which it may replace.
class AvOptions {
 public:
  AvOptions() = default;
  ~AvOptions() { av_dict_free(&options_); }
  AvOptions(AvOptions&& other) noexcept : options_(other.options_) { other.options_ = nullptr; }
  AvOptions& operator=(AvOptions&&) = delete;

  void set(const char* key, const char* value) { av_dict_set(&options_, key, value, 0); }
  void set(const char* key, std::int64_t value) { av_dict_set_int(&options_, key, value, 0); }
  [[nodiscard]] AVDictionary** get() { return &options_; }

 private:
  AVDictionary* options_ = nullptr;
};

}  // namespace lyn
