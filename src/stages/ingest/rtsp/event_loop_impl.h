#pragma once

#include <array>
#include <cstdint>
#include <thread>
#include <vector>

#include "stages/ingest/rtsp/asio.h"
#include "stages/ingest/rtsp/event_loop.h"

namespace lyn::rtsp {

struct EventLoop::Impl {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::thread thread;
  /// Where datagrams are read into: one thread, so one place for all cameras. Made by the first that needs it.
  std::vector<std::uint8_t> datagrams;
};

}  // namespace lyn::rtsp
