#include <algorithm>
#include <utility>

#include "engine/engine.h"

namespace lyn {

namespace {

/// Sources named on the command line get this long to give their first frame.
constexpr std::chrono::seconds kFirstFrameWithin{10};
constexpr std::chrono::seconds kReadingEach{1};

}  // namespace

/// The thread of run(), until the run is over.
void Engine::wait(const std::function<void(const RunSummary&)>& progress, std::chrono::seconds period) {
  std::unique_lock lock(mutex_);
  std::optional<Clock::Monotonic> progress_due;
  if (progress) progress_due = started_ + period;
  last_reading_ = started_ - kReadingEach;  // the first is taken at once: a run may be short
  while (!over(clock_.now())) {
    if (!homeless_.empty()) {
      const auto [id, why] = std::move(homeless_.back());
      homeless_.pop_back();
      lock.unlock();
      move_lane(id, why);
      lock.lock();
    } else if (const auto read = std::exchange(reload_, {})) {
      lock.unlock();
      reload(read);
      lock.lock();
    } else if (const auto now = clock_.now(); reads_devices() && now >= last_reading_ + kReadingEach) {
      lock.unlock();
      take_readings(now);
      lock.lock();
    } else if (progress_due && now >= *progress_due) {
      progress_due = now + period;
      lock.unlock();
      progress(summary());
      lock.lock();
    } else if (const auto due = next_deadline(progress_due)) {
      changed_.wait_until(lock, *due);
    } else {
      changed_.wait(lock);
    }
  }
}

/// With the lock held.
bool Engine::over(Clock::Monotonic now) {
  if (stop_ || fatal_ || (running_ == 0 && homeless_.empty() && !all_disabled())) return true;
  if (options_.seconds && now >= started_ + std::chrono::duration<double>(*options_.seconds)) return true;
  gave_up_waiting_ = waits_for_first_frame() && now >= started_ + kFirstFrameWithin;
  return gave_up_waiting_;
}

/// With the lock held: when wait() has something to do though nothing happened.
std::optional<Clock::Monotonic> Engine::next_deadline(std::optional<Clock::Monotonic> progress_due) const {
  std::optional<Clock::Monotonic> due = progress_due;
  const auto not_after = [&due](Clock::Monotonic when) { due = due ? std::min(*due, when) : when; };
  if (options_.seconds) {
    not_after(started_ +
              std::chrono::duration_cast<Clock::Monotonic::duration>(std::chrono::duration<double>(*options_.seconds)));
  }
  if (waits_for_first_frame()) not_after(started_ + kFirstFrameWithin);
  if (reads_devices()) not_after(last_reading_ + kReadingEach);
  return due;
}

bool Engine::reads_devices() const {
  return devices_->first().backend->open_gauge != nullptr;
}

void Engine::take_readings(Clock::Monotonic now) {
  const double seconds = std::chrono::duration<double>(now - std::exchange(last_reading_, now)).count();
  for (RunDevice* on : devices_->opened()) on->take_reading(seconds);
}

}  // namespace lyn
