#include "bench.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <random>
#include <stdexcept>
#include <utility>

#include "device/cpu/cpu_device.h"

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

void run_kernel(benchmark::State& state, std::size_t bytes, const std::function<Status()>& run) {
  for (auto _ : state) {
    if (const Status done = run(); !done) {
      state.SkipWithError(done.error().text().c_str());
      return;
    }
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

void run_memcpy(benchmark::State& state, std::size_t bytes) {
  const auto from = noise(bytes / 2);
  std::vector<std::uint8_t> to(from.size());
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

}  // namespace

Place& place() {
  static Place only = [] {
    Place made;
    made.device = must(open_cpu_device());
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
  benchmark::RegisterBenchmark(name.c_str(), [bytes, run = std::move(run)](benchmark::State& state) {
    run_kernel(state, bytes, run);
  })->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark((name + "/memcpy").c_str(), [bytes](benchmark::State& state) {
    run_memcpy(state, bytes);
  })->Unit(benchmark::kMicrosecond);
}

}  // namespace lyn::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  lyn::bench::add_picture_kernels();
  lyn::bench::add_box_kernels();
  benchmark::RunSpecifiedBenchmarks();
}
