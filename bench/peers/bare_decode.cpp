// What decoding alone costs: libavcodec, one thread, on packets that lie in memory.
//
//   bare_decode CLIP SECONDS [STREAMS [RATE]]
//
// STREAMS decoders take turns, a picture each. With RATE each is given so many pictures a second, as cameras do, and
// the time between is slept; without, all goes as fast as it can. Prints pictures and CPU seconds.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "bare_decode: %s\n", what);
  std::exit(1);
}

struct Clip {
  std::vector<AVPacket*> packets;
  AVCodecParameters* parameters = nullptr;
};

Clip read_clip(const char* path) {
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path, nullptr, nullptr) < 0) give_up("cannot open the clip");
  if (avformat_find_stream_info(format, nullptr) < 0) give_up("cannot read the clip");
  const int video = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (video < 0) give_up("no video in the clip");
  Clip clip;
  clip.parameters = format->streams[video]->codecpar;
  for (;;) {
    AVPacket* packet = av_packet_alloc();
    if (av_read_frame(format, packet) < 0) break;
    if (packet->stream_index == video) clip.packets.push_back(packet);
  }
  return clip;
}

AVCodecContext* open_decoder(const Clip& clip) {
  const AVCodec* codec = avcodec_find_decoder(clip.parameters->codec_id);
  AVCodecContext* context = avcodec_alloc_context3(codec);
  avcodec_parameters_to_context(context, clip.parameters);
  context->thread_count = 1;
  if (avcodec_open2(context, codec, nullptr) < 0) give_up("the decoder does not open");
  return context;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bare_decode CLIP SECONDS [STREAMS [RATE]]\n", stderr);
    return 2;
  }
  const Clip clip = read_clip(argv[1]);
  std::vector<AVCodecContext*> decoders(argc > 3 ? static_cast<std::size_t>(std::atoi(argv[3])) : 1);
  for (auto& decoder : decoders) decoder = open_decoder(clip);
  const double rate = argc > 4 ? std::atof(argv[4]) : 0;
  using Time = std::chrono::steady_clock;
  const auto span = [](double seconds) {
    return std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(seconds));
  };
  const auto begin = Time::now();
  const auto end = begin + span(std::atof(argv[2]));
  const double cpu = cpu_seconds();
  AVFrame* frame = av_frame_alloc();
  long pictures = 0;
  long turns = 0;
  for (std::size_t at = 0; Time::now() < end; at = (at + 1) % clip.packets.size()) {
    for (AVCodecContext* decoder : decoders) {
      if (rate > 0) {
        std::this_thread::sleep_until(begin +
                                      span(static_cast<double>(turns) / rate / static_cast<double>(decoders.size())));
      }
      ++turns;
      avcodec_send_packet(decoder, clip.packets[at]);
      while (avcodec_receive_frame(decoder, frame) == 0) ++pictures;
    }
  }
  std::printf("{\"pictures\":%ld,\"cpu_seconds\":%.6f}\n", pictures, cpu_seconds() - cpu);
  return 0;
}
