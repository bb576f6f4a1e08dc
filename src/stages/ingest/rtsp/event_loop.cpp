#include "stages/ingest/rtsp/event_loop.h"

#include <future>
#include <mutex>
#include <utility>

#include "core/this_thread.h"
#include "stages/ingest/rtsp/event_loop_impl.h"

namespace lyn::rtsp {

EventLoop::EventLoop() : impl_(std::make_shared<Impl>()) {
  impl_->thread = std::thread([impl = impl_.get()] {
    name_this_thread("receive");
    impl->io.run();
  });
}

EventLoop::~EventLoop() {
  impl_->work.reset();
  impl_->thread.join();
}

std::shared_ptr<EventLoop> EventLoop::shared() {
  static std::mutex mutex;
  static std::weak_ptr<EventLoop> current;
  std::lock_guard lock(mutex);
  auto loop = current.lock();
  if (!loop) current = loop = std::make_shared<EventLoop>();
  return loop;
}

void EventLoop::post(std::function<void()> what) {
  asio::post(impl_->io, std::move(what));
}

void EventLoop::run_and_wait(const std::function<void()>& what) {
  if (impl_->thread.get_id() == std::this_thread::get_id()) return what();
  std::promise<void> done;
  post([&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

struct Timer::State {
  explicit State(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
  std::function<void()> what;
  std::uint64_t setting = 0;  ///< a wait that ended as it was cancelled is known by its number
};

Timer::Timer(EventLoop& loop) : state_(std::make_shared<State>(loop.impl()->io)) {}

Timer::~Timer() {
  cancel();
}

void Timer::set(Clock::Monotonic when, std::function<void()> what) {
  state_->what = std::move(what);
  state_->timer.expires_at(when);
  state_->timer.async_wait([state = state_, setting = ++state_->setting](ErrorCode error) {
    if (error || setting != state->setting) return;
    const auto due = std::exchange(state->what, nullptr);
    due();
  });
}

void Timer::cancel() {
  ++state_->setting;
  state_->what = nullptr;
  state_->timer.cancel();
}

}  // namespace lyn::rtsp
