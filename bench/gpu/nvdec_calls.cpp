/// What each call to nvcuvid and the driver costs the CPU on the way of a frame, for N paced streams of one clip:
///   bench_gpu_calls CLIP STREAMS THREADS FPS SECONDS [status] [late] [wait]
/// Streams are shared out over THREADS. `status` asks for each picture's decode status; `late` maps a picture only
/// when the stream's next packet has been sent; `wait` blocks on an event after each picture, as a lane does.
/// One JSON line on standard output: for each call its number a picture, CPU and wall microseconds a call.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "device/cuda/cuda_device.h"
#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/nvcuvid_api.h"
#include "gpu/call_meter.h"
#include "gpu/clip.h"
#include "stages/decode/annexb_cuda.h"
#include "stages/decode/nvdec_limits_cuda.h"

namespace lyn::bench {
namespace {

struct Options {
  int streams = 1, threads = 1;
  double fps = 25, seconds = 10;
  bool status = false, late = false, wait = false;
};

using Packets = std::vector<std::vector<std::uint8_t>>;

class Stream {
 public:
  Stream(const cuda::Context& context, const cuda::NvcuvidApi& api, cudaVideoCodec codec, const Packets& packets,
         const Options& options, Costs& costs)
      : context_(context), api_(api), packets_(packets), options_(options), costs_(costs) {
    context.api().stream_create(&stream_, CU_STREAM_NON_BLOCKING, 0);
    context.api().event_create(&event_, CU_EVENT_DISABLE_TIMING | CU_EVENT_BLOCKING_SYNC);
    CUVIDPARSERPARAMS parameters{};
    parameters.CodecType = codec;
    parameters.ulMaxNumDecodeSurfaces = 1;
    parameters.pUserData = this;
    parameters.pfnSequenceCallback = [](void* self, CUVIDEOFORMAT* format) {
      return static_cast<Stream*>(self)->sequence(*format);
    };
    parameters.pfnDecodePicture = [](void* self, CUVIDPICPARAMS* picture) {
      return static_cast<Stream*>(self)->picture(picture);
    };
    parameters.pfnDisplayPicture = [](void* self, CUVIDPARSERDISPINFO* shown) {
      if (shown != nullptr) static_cast<Stream*>(self)->shown_.push_back(*shown);
      return 1;
    };
    api.create_parser(&parser_, &parameters);
  }
  ~Stream() {
    api_.destroy_parser(parser_);
    if (decoder_ != nullptr) api_.destroy_decoder(decoder_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void step() {
    CUVIDSOURCEDATAPACKET packet{};
    packet.flags = CUVID_PKT_ENDOFPICTURE;
    packet.payload = packets_[next_].data();
    packet.payload_size = packets_[next_].size();
    next_ = (next_ + 1) % packets_.size();
    if (options_.late) take();
    {
      const Meter meter(costs_, kParse);
      api_.parse(parser_, &packet);
    }
    if (!options_.late) take();
  }
  std::uint64_t pictures = 0;
  bool failed = false;

 private:
  int sequence(const CUVIDEOFORMAT& format) {
    if (decoder_ != nullptr) return format.min_num_decode_surfaces + 2;
    CUVIDDECODECREATEINFO info{};
    info.CodecType = format.codec;
    info.ChromaFormat = format.chroma_format;
    info.OutputFormat = cudaVideoSurfaceFormat_NV12;
    info.ulNumOutputSurfaces = 2;
    info.ulNumDecodeSurfaces = format.min_num_decode_surfaces + 2U;
    info.ulCreationFlags = cudaVideoCreate_PreferCUVID;
    info.ulWidth = info.ulMaxWidth = format.coded_width;
    info.ulHeight = info.ulMaxHeight = format.coded_height;
    info.ulTargetWidth = static_cast<tcu_ulong>(format.display_area.right - format.display_area.left);
    info.ulTargetHeight = static_cast<tcu_ulong>(format.display_area.bottom - format.display_area.top);
    failed = api_.create_decoder(&decoder_, &info) != CUDA_SUCCESS;
    return failed ? 0 : static_cast<int>(info.ulNumDecodeSurfaces);
  }

  int picture(CUVIDPICPARAMS* picture) {
    const Meter meter(costs_, kDecode);
    return api_.decode_picture(decoder_, picture) == CUDA_SUCCESS ? 1 : 0;
  }

  void take() {
    for (; !shown_.empty(); shown_.pop_front()) take(shown_.front());
  }

  void take(const CUVIDPARSERDISPINFO& shown) {
    CUVIDPROCPARAMS how{};
    how.progressive_frame = shown.progressive_frame;
    how.output_stream = stream_;
    unsigned long long address = 0;
    unsigned pitch = 0;
    {
      const Meter meter(costs_, kMap);
      if (api_.map_frame(decoder_, shown.picture_index, &address, &pitch, &how) != CUDA_SUCCESS) failed = true;
    }
    if (options_.status) {
      const Meter meter(costs_, kStatus);
      CUVIDGETDECODESTATUS status{};
      api_.decode_status(decoder_, shown.picture_index, &status);
    }
    {
      const Meter meter(costs_, kRecord);
      context_.api().event_record(event_, stream_);
    }
    if (options_.wait) {
      const Meter meter(costs_, kWait);
      context_.api().event_synchronize(event_);
    }
    {
      const Meter meter(costs_, kUnmap);
      api_.unmap_frame(decoder_, address);
    }
    ++pictures;
  }

  const cuda::Context& context_;
  const cuda::NvcuvidApi& api_;
  const Packets& packets_;
  const Options& options_;
  Costs& costs_;
  std::size_t next_ = 0;
  CUstream stream_ = nullptr;
  CUevent event_ = nullptr;
  CUvideodecoder decoder_ = nullptr;
  CUvideoparser parser_ = nullptr;
  std::deque<CUVIDPARSERDISPINFO> shown_;
};

/// The streams of one thread, each a frame a period, evenly apart.
void drive(std::vector<std::unique_ptr<Stream>>& streams, const Options& options, std::size_t first, Costs& costs,
           const std::atomic<bool>& stop) {
  const auto seconds = [](double s) {
    return std::chrono::duration_cast<Clock::Monotonic::duration>(std::chrono::duration<double>(s));
  };
  const auto begun = system_clock().now();
  const auto threads = static_cast<std::size_t>(options.threads);
  for (std::uint64_t frame = 0; !stop; ++frame) {
    for (std::size_t i = first; i < streams.size() && !stop; i += threads) {
      const double phase = static_cast<double>(i) / static_cast<double>(streams.size());
      {
        const Meter meter(costs, kSleep);
        std::this_thread::sleep_until(begun + seconds((static_cast<double>(frame) + phase) / options.fps));
      }
      streams[i]->step();
    }
  }
}

void print(const Options& options, std::vector<std::unique_ptr<Stream>>& streams, const Costs& costs, double process,
           double seconds) {
  std::uint64_t pictures = 0;
  for (const auto& stream : streams) pictures += stream->pictures;
  std::printf("{\"streams\":%d,\"threads\":%d,\"fps\":%g,\"status\":%d,\"late\":%d,\"wait\":%d,\"pictures\":%llu,",
              options.streams, options.threads, options.fps, options.status, options.late, options.wait,
              static_cast<unsigned long long>(pictures));
  std::printf("\"cores\":%.4f,\"cpu_us_per_picture\":%.1f,\"calls\":{", process / seconds,
              1e6 * process / static_cast<double>(pictures));
  for (int i = 0; i < kCalls; ++i) {
    const Cost& cost = costs[static_cast<std::size_t>(i)];
    const double n = cost.calls == 0 ? 1 : static_cast<double>(cost.calls);
    std::printf("%s\"%s\":[%.2f,%.1f,%.1f]", i > 0 ? "," : "", kNames[i],
                static_cast<double>(cost.calls) / static_cast<double>(pictures), 1e6 * cost.cpu / n,
                1e6 * cost.wall / n);
  }
  std::printf("}}\n");
}

int run(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: %s CLIP STREAMS THREADS FPS SECONDS [status] [late] [wait]\n", argv[0]);
    return 2;
  }
  Options options{std::atoi(argv[2]), std::atoi(argv[3]), std::atof(argv[4]), std::atof(argv[5])};
  for (int i = 6; i < argc; ++i) {
    options.status |= std::strcmp(argv[i], "status") == 0;
    options.late |= std::strcmp(argv[i], "late") == 0;
    options.wait |= std::strcmp(argv[i], "wait") == 0;
  }
  const auto clip = load_clip(argv[1]);
  if (!clip) return std::fprintf(stderr, "%s\n", clip.error().text().c_str()), 3;
  auto device = open_cuda_device(0);
  if (!device) return std::fprintf(stderr, "%s\n", device.error().text().c_str()), 5;
  auto context = cuda::context_of(**device);
  auto codec = nvdec_codec(clip->stream);
  auto annexb = AnnexB::create(clip->stream);
  if (!context || !codec || !annexb || !(*context)->enter()) return std::fprintf(stderr, "no decoder\n"), 5;
  Packets packets;
  for (const Packet& packet : clip->packets) {
    const auto bytes = annexb->convert(packet);
    packets.emplace_back(bytes.begin(), bytes.end());
  }
  std::vector<Costs> per_thread(static_cast<std::size_t>(options.threads));
  std::vector<std::unique_ptr<Stream>> streams;
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.streams); ++i) {
    streams.push_back(std::make_unique<Stream>(**context, **cuda::nvcuvid_api(), *codec, packets, options,
                                               per_thread[i % per_thread.size()]));
    for (int k = 0; k < 8; ++k) streams.back()->step();  // opens its decoder
    streams.back()->pictures = 0;
  }
  for (Costs& costs : per_thread) costs = {};
  std::atomic<bool> stop{false};
  const double cpu = now_of(CLOCK_PROCESS_CPUTIME_ID);
  const double wall = now_of(CLOCK_MONOTONIC);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < per_thread.size(); ++t) {
    threads.emplace_back([&, t] {
      if ((*context)->enter()) drive(streams, options, t, per_thread[t], stop);
    });
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const double process = now_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  Costs sum{};
  for (const Costs& costs : per_thread) {
    for (std::size_t i = 0; i < kCalls; ++i) {
      sum[i].calls += costs[i].calls;
      sum[i].cpu += costs[i].cpu;
      sum[i].wall += costs[i].wall;
    }
  }
  print(options, streams, sum, process, now_of(CLOCK_MONOTONIC) - wall);
  for (const auto& stream : streams) {
    if (stream->failed) return std::fprintf(stderr, "a picture could not be decoded\n"), 5;
  }
  return 0;
}

}  // namespace
}  // namespace lyn::bench

int main(int argc, char** argv) {
  return lyn::bench::run(argc, argv);
}
