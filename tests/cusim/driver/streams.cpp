#include "cusim/driver/streams.h"

#include <memory>

#include "cusim/driver/fault.h"
#include "cusim/driver/machine.h"

namespace cusim {
namespace {

/// Kept after their end, so that an address is never a new stream's or event's: stale handles are then known as such.
struct Kept {
  std::vector<std::unique_ptr<CUstream_st>> streams;
  std::vector<std::unique_ptr<CUevent_st>> events;
};
Kept& kept() {
  static auto* kept = new Kept;
  return *kept;
}

}  // namespace

CUstream_st* new_stream(int gpu) {
  kept().streams.push_back(std::make_unique<CUstream_st>());
  kept().streams.back()->gpu = gpu;
  return kept().streams.back().get();
}

CUevent_st* new_event(int gpu) {
  kept().events.push_back(std::make_unique<CUevent_st>());
  kept().events.back()->gpu = gpu;
  return kept().events.back().get();
}

void queue(CUstream_st& stream, std::function<void()> step) {
  if (stream.captured != nullptr) {
    stream.captured->push_back(std::move(step));
    return;
  }
  stream.work.push_back(std::move(step));
  ++stream.asked;
}

void work_up_to(CUstream_st& stream, std::uint64_t place) {
  while (stream.done < place && !stream.work.empty()) {
    const std::function<void()> step = std::move(stream.work.front());
    stream.work.pop_front();
    ++stream.done;
    if (!run_guarded(step)) {
      Machine::instance().lose(stream.gpu, result(lyn::cuda::result::kIllegalAddress));
    }
  }
}

void work_off(int gpu) {
  for (std::size_t i = 0; i < kept().streams.size(); ++i) {
    CUstream_st& stream = *kept().streams[i];
    if (stream.gpu == gpu) work_up_to(stream, stream.asked);
  }
}

void drop_work(int gpu) {
  for (const auto& stream : kept().streams) {
    if (stream->gpu != gpu) continue;
    stream->work.clear();
    stream->done = stream->asked;
  }
}

void forget_streams() {
  kept().streams.clear();
  kept().events.clear();
}

}  // namespace cusim
