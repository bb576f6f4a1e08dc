#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "engine/intake/inbox.h"
#include "engine/intake/reader.h"

namespace lyn {

/// The readers of one lane: one of a file, or one an attempt of a camera. What a closed one hangs in (the
/// lookup of a name, say) holds nobody up: it is joined once it has come back.
///
/// All calls on the lane's thread, but for stop().
class Attempts {
 public:
  /// Readers that were closed and have not come back, at most. Each holds a thread.
  static constexpr std::size_t kMostHanging = 4;
  /// A run ends within 3 s, whatever they hang in.
  static constexpr std::chrono::seconds kLeaveAfter{1};

  /// `options`: of each reader; its attempt and owner_stop are filled in here.
  Attempts(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock);
  ~Attempts();

  /// Starts a reader; false when so many earlier ones hang that another would hang too.
  bool open(int attempt);
  /// Ends it; returns at once. What it still says is stale.
  void close(int attempt);
  [[nodiscard]] bool is_open(int attempt) const { return find(attempt) != nullptr; }
  /// When its newest packet came; the epoch where none has.
  [[nodiscard]] Clock::Monotonic last_packet(int attempt) const;
  /// See Reader::start_clock().
  void start_clock();
  /// Ends all of them, from any thread; returns at once.
  void stop() { stop_.request_stop(); }
  /// Ends all of them and waits, for kLeaveAfter at most: then those that hang are left to themselves, and `name` is
  /// warned of. The inbox must be closed, or be popped by somebody else.
  void end(const std::string& name);
  /// Those that were closed and not joined yet.
  [[nodiscard]] std::size_t hanging();

 private:
  std::size_t leave_all();
  [[nodiscard]] Reader* find(int attempt) const;
  void join_finished();

  ReaderOptions options_;
  std::shared_ptr<LaneInbox> inbox_;
  const Clock& clock_;
  std::stop_source stop_;
  std::vector<std::unique_ptr<Reader>> open_;
  std::vector<std::unique_ptr<Reader>> closed_;
};

}  // namespace lyn
