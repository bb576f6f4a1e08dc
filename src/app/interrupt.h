#pragma once

#include <functional>
#include <memory>
#include <thread>

namespace lyn {

/// Turns SIGINT and SIGTERM into a call, on a thread that waits for them, for as long as it lives:
/// also where SIGINT was ignored by the parent. Make it before any other thread, so that all inherit
/// the blocked signals. Further signals change nothing: outputs are being finalised.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  /// From now on a signal calls `action` (once); one that came before calls it at once.
  void on_signal(std::function<void()> action);
  /// True once a signal came.
  [[nodiscard]] bool seen() const;

 private:
  struct State;
  void wait();
  std::unique_ptr<State> state_;
  std::thread thread_;
};

}  // namespace lyn
