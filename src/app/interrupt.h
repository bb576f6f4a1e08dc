#pragma once

#include <functional>
#include <memory>
#include <thread>

namespace lyn {

/// Turns SIGINT, SIGTERM and SIGHUP into a call, on a thread that waits for them, for as long as it lives:
/// also where SIGINT was ignored by the parent. Make it before any other thread, so that all inherit
/// the blocked signals. Further signals change nothing: outputs are being finalised.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  /// From now on a signal calls `action` (once); one that came before calls it at once. It must not block, nor call
  /// back; once another call of on_signal() returns it is not called any more.
  void on_signal(std::function<void()> action);
  /// From now on SIGHUP calls `action`, each time; it must not block. Once on_hangup() returns an earlier one is not
  /// called any more. Without one SIGHUP ends as SIGTERM does, unless the parent ignored
  /// it.
  void on_hangup(std::function<void()> action);
  /// True once a signal came that ends.
  [[nodiscard]] bool seen() const;

 private:
  struct State;
  void wait();
  std::unique_ptr<State> state_;
  std::thread thread_;
};

}  // namespace lyn
