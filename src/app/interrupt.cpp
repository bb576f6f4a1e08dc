#include "app/interrupt.h"

#include <pthread.h>

#include <csignal>
#include <mutex>
#include <utility>

#include "core/this_thread.h"

namespace lyn {

namespace {

/// Ends the waiting thread; never sent by a terminal.
constexpr int kWake = SIGUSR1;

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, kWake}) sigaddset(&set, signal);
  return set;
}

}  // namespace

struct Interrupt::State {
  std::mutex mutex;
  std::function<void()> action;
  std::function<void()> hangup;
  bool ignores_hangup = false;
  bool seen = false;
  bool ended = false;
};

Interrupt::Interrupt() : state_(std::make_unique<State>()) {
  // An ignored signal would be discarded before sigwait() sees it.
  state_->ignores_hangup = std::signal(SIGHUP, SIG_DFL) == SIG_IGN;
  for (const int signal : {SIGINT, SIGTERM, kWake}) std::signal(signal, SIG_DFL);
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  {
    std::lock_guard lock(state_->mutex);
    state_->ended = true;
  }
  pthread_kill(thread_.native_handle(), kWake);
  thread_.join();
}

void Interrupt::wait() {
  name_this_thread("signals");
  const sigset_t set = watched();
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    // Actions are called with the lock held: once on_signal({}) returns, what they use may go.
    std::lock_guard lock(state_->mutex);
    if (state_->ended) return;
    if (signal == kWake) continue;
    if (signal == SIGHUP && (state_->hangup || state_->ignores_hangup)) {
      if (state_->hangup) state_->hangup();
      continue;
    }
    state_->seen = true;
    if (const auto action = std::exchange(state_->action, {})) action();
  }
}

void Interrupt::on_signal(std::function<void()> action) {
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->seen) {
      state_->action = std::move(action);
      return;
    }
  }
  if (action) action();
}

void Interrupt::on_hangup(std::function<void()> action) {
  std::lock_guard lock(state_->mutex);
  state_->hangup = std::move(action);
}

bool Interrupt::seen() const {
  std::lock_guard lock(state_->mutex);
  return state_->seen;
}

}  // namespace lyn
