#pragma once

// BGR pictures into an MP4 by libx264 through libavcodec. OpenCV 4.6's own writer ignores the preset it is
// given (its files say "medium" settings), which would compare encoders instead of loops.
#include <cstdint>
#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

class X264File {
 public:
  ~X264File() {
    if (file_ == nullptr) return;
    if (encoder_ != nullptr) {
      drain(nullptr);
      av_write_trailer(file_);
    }
    avio_closep(&file_->pb);
    avformat_free_context(file_);
    avcodec_free_context(&encoder_);
    av_frame_free(&frame_);
    av_packet_free(&packet_);
    sws_freeContext(scaler_);
  }
  [[nodiscard]] bool is_open() const { return encoder_ != nullptr; }

  bool open(const std::string& path, int width, int height, double rate, int threads) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr || avformat_alloc_output_context2(&file_, nullptr, nullptr, path.c_str()) < 0) return false;
    encoder_ = avcodec_alloc_context3(codec);
    encoder_->width = width;
    encoder_->height = height;
    encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder_->framerate = av_d2q(rate, 100'000);
    encoder_->time_base = av_inv_q(encoder_->framerate);
    encoder_->thread_count = threads;
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_opt_set(encoder_->priv_data, "preset", "ultrafast", 0);
    if (avcodec_open2(encoder_, codec, nullptr) < 0) return false;
    AVStream* stream = avformat_new_stream(file_, nullptr);
    avcodec_parameters_from_context(stream->codecpar, encoder_);
    stream->time_base = encoder_->time_base;
    if (avio_open(&file_->pb, path.c_str(), AVIO_FLAG_WRITE) < 0) return false;
    if (avformat_write_header(file_, nullptr) < 0) return false;
    scaler_ = sws_getContext(width, height, AV_PIX_FMT_BGR24, width, height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr,
                             nullptr, nullptr);
    frame_ = av_frame_alloc();
    packet_ = av_packet_alloc();
    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->width = width;
    frame_->height = height;
    return av_frame_get_buffer(frame_, 0) >= 0;
  }

  void write(const std::uint8_t* bgr, int pitch) {
    av_frame_make_writable(frame_);
    sws_scale(scaler_, &bgr, &pitch, 0, frame_->height, frame_->data, frame_->linesize);
    frame_->pts = next_pts_++;
    drain(frame_);
  }

 private:
  void drain(const AVFrame* frame) {
    avcodec_send_frame(encoder_, frame);
    while (avcodec_receive_packet(encoder_, packet_) >= 0) {
      av_packet_rescale_ts(packet_, encoder_->time_base, file_->streams[0]->time_base);
      packet_->stream_index = 0;
      av_interleaved_write_frame(file_, packet_);
    }
  }

  AVFormatContext* file_ = nullptr;
  AVCodecContext* encoder_ = nullptr;
  SwsContext* scaler_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVPacket* packet_ = nullptr;
  std::int64_t next_pts_ = 0;
};
