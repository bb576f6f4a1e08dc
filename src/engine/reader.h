#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/clock.h"
#include "engine/inbox.h"
#include "stages/ingest/source.h"

namespace lyn {

struct ReaderOptions {
  std::string uri;
  SourceOptions source;
  bool realtime = false;  ///< give a file's packets at the pace of their timestamps
  bool loop = false;      ///< start a file over at its end, for ever
};

/// Opens a source and feeds its packets to a lane's inbox, on a thread of its own. Everything it has
/// to say (opened, failed, ended) goes through the inbox.
class Reader {
 public:
  Reader(ReaderOptions options, LaneInbox& inbox, const Clock& clock);
  ~Reader();

  void start();
  /// Ends reading, from any thread; returns at once.
  void stop();
  /// With `realtime`: the packets of a file are given at their pace from now on; before, only the first
  /// is, for the decoder to open with. From any thread; more calls change nothing.
  void start_clock();
  void join();

 private:
  void run();
  Status feed(Source& source);
  Status start_over(Source& source, std::int64_t duration_ticks);
  bool push_sound(const Source& source, Packet packet);
  bool pace(const Packet& packet, Rational time_base);
  bool wait_for_clock();

  ReaderOptions options_;
  LaneInbox& inbox_;
  const Clock& clock_;
  std::stop_source stop_;
  std::mutex pace_mutex_;  ///< only for the wait of pace(): nothing else shares it
  std::condition_variable_any pace_wait_;
  std::atomic<bool> clock_started_{false};
  std::int64_t tick_offset_ = 0;
  std::optional<std::int64_t> pace_first_tick_;
  std::optional<Clock::Monotonic> pace_start_;
  std::thread thread_;
};

}  // namespace lyn
