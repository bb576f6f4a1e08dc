#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "device/cuda/driver_types.h"

/// Work in the order in which it was asked for. None of it is done before somebody waits for it: the latest moment
/// that the API allows, so that a wait that is missing shows, each time.
struct CUstream_st {
  int gpu = 0;
  std::deque<std::function<void()>> work;
  std::uint64_t asked = 0;  ///< how much was ever queued
  std::uint64_t done = 0;
  std::vector<std::function<void()>>* captured = nullptr;  ///< where work goes instead, while capturing
};

/// A place in a stream.
struct CUevent_st {
  int gpu = 0;
  CUstream_st* stream = nullptr;  ///< null: never recorded, which counts as done
  std::uint64_t at = 0;
};

namespace cusim {

CUstream_st* new_stream(int gpu);
CUevent_st* new_event(int gpu);
void queue(CUstream_st& stream, std::function<void()> step);
/// Does a stream's work up to a place, and whatever that work waits for. A step that touches what is no memory loses
/// the GPU, as a kernel's fault does.
void work_up_to(CUstream_st& stream, std::uint64_t place);
/// All that the GPU has queued. What frees memory waits so.
void work_off(int gpu);
/// A lost GPU does nothing more.
void drop_work(int gpu);
void forget_streams();

}  // namespace cusim
