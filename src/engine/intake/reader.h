#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "core/clock.h"
#include "engine/intake/inbox.h"
#include "stages/ingest/source.h"

namespace lyn {

struct ReaderOptions {
  std::string uri;
  SourceOptions source;
  bool realtime = false;         ///< give a file's packets at the pace of their timestamps
  bool loop = false;             ///< start a file over at its end, for ever
  int attempt = 0;               ///< stands in its events
  std::stop_token owner_stop{};  ///< ends it as stop() does
};

/// Opens a source and feeds its packets to a lane's inbox, on a thread of its own. Everything it has
/// to say (opened, failed, ended) goes through the inbox.
class Reader {
 public:
  /// `clock` must live as long as the process where leave() may have to leave the thread behind.
  Reader(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock);
  ~Reader();

  void start();
  /// Ends reading, from any thread; returns at once.
  void stop();
  /// With `realtime`: the packets of a file are given at their pace from now on; before, only the first
  /// is, for the decoder to open with. From any thread; more calls change nothing.
  void start_clock();
  void join();
  /// As join(), but waits until `end` only; false: it hangs in a call that nothing ends (the lookup of a name), and is
  /// left to itself. It touches nothing but its own then.
  bool leave(Clock::Monotonic end);
  /// True when join() will not wait.
  [[nodiscard]] bool finished() const;
  [[nodiscard]] int attempt() const { return attempt_; }
  /// When the newest packet came; the epoch before there was one.
  [[nodiscard]] Clock::Monotonic last_packet() const;

 private:
  class Work;
  const int attempt_;
  std::shared_ptr<Work> work_;  ///< shared with the thread
  std::thread thread_;
};

}  // namespace lyn
