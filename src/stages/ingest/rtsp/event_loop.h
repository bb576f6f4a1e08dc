#pragma once

#include <functional>
#include <memory>

#include "core/clock.h"

namespace lyn::rtsp {

/// One thread that serves the sockets and timers of all cameras. It sleeps while none has anything to say.
class EventLoop {
 public:
  EventLoop();
  /// Ends once what it serves has ended: sessions that say goodbye take a second at most.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// The process's loop: begins with the first who asks for it and ends with the last who holds it.
  static std::shared_ptr<EventLoop> shared();

  /// Runs `what` on the loop's thread, soon. From any thread.
  void post(std::function<void()> what);
  /// Runs it and waits until it has run; at once when called on the loop's thread.
  void run_and_wait(const std::function<void()>& what);

  /// For the files that know Asio.
  struct Impl;
  [[nodiscard]] const std::shared_ptr<Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

/// One deadline on the event loop. Used on the loop's thread only.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  /// Calls `what` at that time, in place of what was set before.
  void set(Clock::Monotonic when, std::function<void()> what);
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lyn::rtsp
