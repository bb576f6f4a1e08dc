/// How many pictures a second N streams of one clip give, and what that costs the CPU:
///   bench_gpu_streams CLIP bare|scaled|decode|letterbox STREAMS SECONDS [FPS]
/// `bare` is nvcuvid alone, `scaled` has it scale pictures to 640 pixels along the longer side; with FPS each stream is
/// paced and the latency from packet to picture counts. `gpu_mb_per_stream` is what the GPU has less of than before the
/// streams began. One JSON line on standard output.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "device/cuda/cuda_device.h"
#include "gpu/bare_cuda.h"
#include "stages/decode/nvdec_cuda.h"
#include "stages/preprocess/letterbox.h"

namespace lyn::bench {
namespace {

using std::chrono::nanoseconds;

struct Task {
  const Clip& clip;
  std::string mode;
  double fps = 0;
};

/// Between the first picture of the last stream and the measurement: clocks and caches settle.
constexpr double kWarmUpSeconds = 2;
constexpr int kScaledSide = 640;  ///< as the letterbox has it

struct Phase {
  explicit Phase(int streams) : begun(streams) {}
  std::latch begun;  ///< counts streams that gave a picture, or failed
  std::atomic<bool> measuring{false};
  std::atomic<bool> stop{false};
};

/// What one stream did.
struct Tally {
  std::atomic<std::uint64_t> frames{0};
  std::vector<double> latency_ms;
  std::string error;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One stream as a lane runs it: packet in, picture out, letterboxed into a slot, waited for.
class Lane {
 public:
  static Result<std::unique_ptr<Lane>> create(Device& device, const Task& task) {
    LYN_TRY(auto decoder, make_nvdec_decoder(device, task.clip.stream, {}));
    LYN_TRY(auto stream, device.open_stream());
    InputSpec spec;
    LYN_TRY(auto slot, device.pool().lease(spec.slot_bytes()));
    return std::unique_ptr<Lane>(new Lane(device, task, std::move(decoder), std::move(stream), std::move(slot), spec));
  }

  Status run(Phase& phase, Tally& tally) {
    const Clock& clock = system_clock();
    auto due = clock.now();
    for (std::size_t i = 0; !phase.stop.load(std::memory_order_relaxed); i = (i + 1) % task_.clip.packets.size()) {
      if (task_.fps > 0) {
        due += std::chrono::duration_cast<Clock::Monotonic::duration>(std::chrono::duration<double>(1 / task_.fps));
        std::this_thread::sleep_until(due);
      }
      const auto sent = clock.now();
      LYN_CHECK(decoder_->send(task_.clip.packets[i]));
      LYN_TRY(const std::uint64_t taken, take_all());
      if (tally.frames.fetch_add(taken) == 0 && taken > 0) phase.begun.count_down();
      if (task_.fps > 0 && taken > 0 && phase.measuring.load(std::memory_order_relaxed)) {
        tally.latency_ms.push_back(1e-6 * static_cast<double>(nanoseconds(clock.now() - sent).count()));
      }
    }
    return {};
  }

 private:
  Lane(Device& device, const Task& task, std::unique_ptr<Decoder> decoder, std::unique_ptr<Stream> stream, Buffer slot,
       InputSpec spec)
      : task_(task),
        decoder_(std::move(decoder)),
        stream_(std::move(stream)),
        slot_(std::move(slot)),
        letterbox_(device, spec) {}

  Result<std::uint64_t> take_all() {
    std::uint64_t taken = 0;
    for (;;) {
      LYN_TRY(auto frame, decoder_->receive());
      if (!frame) return taken;
      ++taken;
      if (task_.mode == "letterbox") LYN_CHECK(prepare(frame->image));
    }
  }

  Status prepare(const Image& image) {
    if (auto geometry = letterbox_.run(*stream_, image, slot_.address()); !geometry) return geometry.error();
    LYN_TRY(EventRef done, stream_->record());
    return done->wait();
  }

  const Task& task_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Stream> stream_;
  Buffer slot_;
  Letterbox letterbox_;
};

void run_one(Device& device, const Task& task, Phase& phase, Tally& tally) {
  if (task.mode == "bare" || task.mode == "scaled") {
    phase.begun.count_down();
    const int side = task.mode == "scaled" ? kScaledSide : 0;
    const Status status = bare_nvcuvid(device, task.clip, phase.stop, tally.frames, side);
    if (!status) tally.error = status.error().text();
    return;
  }
  auto lane = Lane::create(device, task);
  const Status status = lane ? (*lane)->run(phase, tally) : Status(lane.error());
  if (status) return;
  tally.error = status.error().text();
  if (tally.frames == 0) phase.begun.count_down();
}

double quantile(std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

struct Sample {
  std::uint64_t frames = 0;
  double cpu = 0;
  Clock::Monotonic at;
  double gpu_mb = 0;  ///< free on the GPU
};

Sample sample(const Device& device, const std::vector<Tally>& tallies) {
  Sample now{0, cpu_seconds(), system_clock().now(), 1e-6 * static_cast<double>(device.memory().free_bytes)};
  for (const Tally& tally : tallies) now.frames += tally.frames.load();
  return now;
}

struct Outcome {
  Sample before, from, to;
  std::uint64_t allocations_after_warmup = 0;
};

int report(const Task& task, std::vector<Tally>& tallies, const Outcome& outcome) {
  std::vector<double> latency;
  for (const Tally& tally : tallies) {
    if (!tally.error.empty()) return std::fprintf(stderr, "%s\n", tally.error.c_str()), 5;
    latency.insert(latency.end(), tally.latency_ms.begin(), tally.latency_ms.end());
  }
  const double seconds = std::chrono::duration<double>(outcome.to.at - outcome.from.at).count();
  const auto frames = static_cast<double>(outcome.to.frames - outcome.from.frames);
  const double cpu = outcome.to.cpu - outcome.from.cpu;
  std::printf(
      "{\"mode\":\"%s\",\"streams\":%zu,\"fps\":%g,\"seconds\":%.2f,\"frames\":%.0f,\"frames_per_second\":%.1f,"
      "\"cpu_cores\":%.4f,\"cpu_us_per_frame\":%.1f,\"latency_ms\":{\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f},"
      "\"gpu_mb_per_stream\":%.1f,\"allocations_after_warmup\":%llu}\n",
      task.mode.c_str(), tallies.size(), task.fps, seconds, frames, frames / seconds, cpu / seconds,
      frames == 0 ? 0 : 1e6 * cpu / frames, quantile(latency, 0.5), quantile(latency, 0.95), quantile(latency, 0.99),
      (outcome.before.gpu_mb - outcome.to.gpu_mb) / static_cast<double>(tallies.size()),
      static_cast<unsigned long long>(outcome.allocations_after_warmup));
  return 0;
}

int measure(Device& device, const Task& task, int streams, double seconds) {
  Phase phase(streams);
  std::vector<Tally> tallies(static_cast<std::size_t>(streams));
  std::vector<std::thread> threads;
  Outcome outcome;
  outcome.before = sample(device, tallies);
  for (Tally& tally : tallies) threads.emplace_back([&] { run_one(device, task, phase, tally); });
  phase.begun.wait();
  std::this_thread::sleep_for(std::chrono::duration<double>(kWarmUpSeconds));
  device.pool().mark_warm();
  phase.measuring = true;
  outcome.from = sample(device, tallies);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  outcome.to = sample(device, tallies);
  phase.stop = true;
  for (std::thread& thread : threads) thread.join();
  outcome.allocations_after_warmup = device.pool().stats().allocations_after_warmup;
  return report(task, tallies, outcome);
}

int run(int argc, char** argv) {
  if (argc < 5)
    return std::fprintf(stderr, "usage: %s CLIP bare|scaled|decode|letterbox STREAMS SECONDS [FPS]\n", argv[0]), 2;
  const auto clip = load_clip(argv[1]);
  if (!clip) return std::fprintf(stderr, "%s\n", clip.error().text().c_str()), 3;
  auto device = open_cuda_device(0);
  if (!device) return std::fprintf(stderr, "%s\n", device.error().text().c_str()), 5;
  const Task task{*clip, argv[2], argc > 5 ? std::atof(argv[5]) : 0};
  return measure(**device, task, std::atoi(argv[3]), std::atof(argv[4]));
}

}  // namespace
}  // namespace lyn::bench

int main(int argc, char** argv) {
  return lyn::bench::run(argc, argv);
}
