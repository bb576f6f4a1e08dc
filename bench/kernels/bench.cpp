#include "bench.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <random>
#include <stdexcept>
#include <utility>

#include "device/cpu/cpu_device.h"
#include "device/cuda/cuda_device.h"

namespace lyn::bench {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().text());
}

std::vector<std::uint8_t> noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::vector<std::uint8_t> values(bytes);
  for (auto& value : values) value = static_cast<std::uint8_t>(random() >> 11);
  return values;
}

int samples_of(const Image& image, std::size_t plane) {
  const bool pairs = plane > 0 && image.format.layout == Layout::semi_planar;
  return image.planes[plane].width * (pairs ? 2 : 1);
}

/// Runs that are queued on a GPU before anybody waits, so that its time counts and not the wait's.
constexpr int kQueued = 200;
constexpr int kMeasured = 10;  ///< times that so many are queued

void measure(benchmark::State& state, std::size_t bytes, const std::function<Status()>& run) {
  const int queued = place().device->is_cuda() ? kQueued : 1;
  const auto all = [&]() -> Status {
    for (int i = 0; i < queued; ++i) LYN_CHECK(run());
    return place().stream->synchronize();
  };
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    if (const Status done = all(); !done) {
      state.SkipWithError(done.error().text().c_str());
      return;
    }
    benchmark::ClobberMemory();
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() / queued);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

std::function<Status()> memcpy_of(std::size_t bytes) {
  const auto from = std::make_shared<Buffer>(filled(noise(bytes / 2)));
  const auto to = std::make_shared<Buffer>(blank(bytes / 2));
  return [=] { return place().device->copy_within(*place().stream, to->address(), from->address(), {bytes / 2}); };
}

std::string& place_name() {
  static std::string name = "cpu";
  return name;
}

}  // namespace

Place& place() {
  static Place only = [] {
    Place made;
    made.device = must(place_name() == "cuda" ? open_cuda_device(0) : open_cpu_device());
    made.stream = must(made.device->open_stream());
    return made;
  }();
  return only;
}

Buffer blank(std::size_t bytes) {
  return must(place().device->pool().lease(bytes));
}

Buffer filled(const void* bytes, std::size_t count) {
  Buffer buffer = blank(count);
  must(place().device->copy_in(*place().stream, Reason::tables, buffer.address(),
                               {static_cast<const std::byte*>(bytes), count}));
  return buffer;
}

Image picture(int width, int height, PixelFormat format) {
  Image image = must(make_image(*place().device, width, height, format, {Matrix::bt709, Range::limited, Siting::left}));
  for (std::size_t i = 0; i < static_cast<std::size_t>(format.planes()); ++i) {
    const Plane& plane = image.planes[i];
    auto values = noise(static_cast<std::size_t>(plane.pitch * plane.height));
    if (format.sample_bytes() == 2) {  // no sample above its depth
      const int above = format.high_bits ? 0 : 16 - format.bit_depth;
      for (std::size_t at = 1; at < values.size(); at += 2) values[at] = static_cast<std::uint8_t>(values[at] >> above);
    }
    must(place().device->copy_in(*place().stream, Reason::tables, plane.data, std::as_bytes(std::span(values))));
  }
  return image;
}

std::size_t bytes_of(const Image& image) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(image.format.planes()); ++i) {
    bytes += static_cast<std::size_t>(samples_of(image, i) * image.planes[i].height * image.format.sample_bytes());
  }
  return bytes;
}

void add(const std::string& name, std::size_t bytes, std::function<Status()> run) {
  const auto add_one = [bytes](const std::string& what, std::function<Status()> runs) {
    auto* const added = benchmark::RegisterBenchmark(
        what.c_str(), [bytes, runs = std::move(runs)](benchmark::State& state) { measure(state, bytes, runs); });
    added->Unit(benchmark::kMicrosecond)->UseManualTime();
    // Google Benchmark would go by the time of one run and not by that of all that are queued.
    if (place().device->is_cuda()) added->Iterations(kMeasured);
  };
  add_one(name, std::move(run));
  add_one(name + "/memcpy", memcpy_of(bytes));
}

void choose_place(const std::string& name) {
  place_name() = name;
}

}  // namespace lyn::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count > 1) lyn::bench::choose_place(arguments[1]);
  if (count > 2) return 2;
  lyn::bench::add_picture_kernels();
  lyn::bench::add_box_kernels();
  benchmark::RunSpecifiedBenchmarks();
}
