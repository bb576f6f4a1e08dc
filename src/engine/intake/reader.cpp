#include "engine/intake/reader.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "core/out_of_memory.h"
#include "core/this_thread.h"

namespace lyn {

namespace {

/// How far the packets of one pass over a file reach, for --loop.
class Extent {
 public:
  void add(const Packet& packet) {
    if (packet.pts == kNoTimestamp) return;
    first_ = std::min(first_, packet.pts);
    last_ = std::max(last_, packet.pts + std::max<std::int64_t>(packet.duration, 1));
  }
  [[nodiscard]] bool empty() const { return last_ <= first_; }
  [[nodiscard]] std::int64_t ticks() const { return empty() ? 0 : last_ - first_; }

 private:
  std::int64_t first_ = INT64_MAX;
  std::int64_t last_ = INT64_MIN;
};

}  // namespace

class Reader::Work {
 public:
  Work(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock);

  void run();
  void stop() { stop_.request_stop(); }
  void start_clock();
  [[nodiscard]] bool finished() const { return finished_.load(std::memory_order_acquire); }
  /// False when that has not come by `end`.
  bool wait_until_finished(Clock::Monotonic end);
  [[nodiscard]] Clock::Monotonic last_packet() const {
    return Clock::Monotonic(Clock::Monotonic::duration(last_packet_.load(std::memory_order_relaxed)));
  }

 private:
  void read();
  Status feed(Source& source);
  Status start_over(Source& source, std::int64_t duration_ticks);
  bool push_sound(const Source& source, Packet packet);
  bool pace(const Packet& packet, Rational time_base);
  bool wait_for_clock();

  ReaderOptions options_;
  std::shared_ptr<LaneInbox> inbox_;
  const Clock& clock_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_owner_stop_;
  std::mutex mutex_;  ///< only for the waits of pace() and the end
  std::condition_variable_any pace_wait_;
  std::condition_variable ended_;
  std::atomic<bool> clock_started_{false};
  std::int64_t tick_offset_ = 0;
  std::optional<std::int64_t> pace_first_tick_;
  std::optional<Clock::Monotonic> pace_start_;
  std::atomic<Clock::Monotonic::rep> last_packet_{0};
  std::atomic<bool> finished_{false};
};

Reader::Reader(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock)
    : attempt_(options.attempt), work_(std::make_shared<Work>(std::move(options), std::move(inbox), clock)) {}

Reader::~Reader() {
  stop();
  join();
}

void Reader::start() {
  thread_ = std::thread([work = work_] { work->run(); });
}

void Reader::stop() {
  work_->stop();
}

void Reader::start_clock() {
  work_->start_clock();
}

void Reader::join() {
  if (thread_.joinable()) thread_.join();
}

bool Reader::leave(Clock::Monotonic end) {
  if (!thread_.joinable()) return true;
  if (work_->wait_until_finished(end)) {
    thread_.join();
    return true;
  }
  thread_.detach();
  return false;
}

bool Reader::finished() const {
  return work_->finished();
}

Clock::Monotonic Reader::last_packet() const {
  return work_->last_packet();
}

Reader::Work::Work(ReaderOptions options, std::shared_ptr<LaneInbox> inbox, const Clock& clock)
    : options_(std::move(options)),
      inbox_(std::move(inbox)),
      clock_(clock),
      on_owner_stop_(options_.owner_stop, [this] { stop_.request_stop(); }) {
  options_.source.stop = stop_.get_token();
  options_.source.on_media = [this] { inbox_->push(MediaSeen{options_.attempt}); };
}

bool Reader::Work::wait_until_finished(Clock::Monotonic end) {
  std::unique_lock lock(mutex_);
  return ended_.wait_until(lock, end, [this] { return finished(); });
}

void Reader::Work::run() {
  name_this_thread("read");
  read();
  {
    std::lock_guard lock(mutex_);
    finished_.store(true, std::memory_order_release);
  }
  ended_.notify_all();
}

void Reader::Work::read() {
  const auto source = open_source(options_.uri, options_.source);
  if (!source) {
    inbox_->push_from_source(SourceFailed{source.error(), options_.attempt});
    return;
  }
  const Status fed = or_out_of_memory(ErrorKind::source, [&]() -> Status {
    inbox_->push_from_source(
        SourceOpened{(*source)->stream(), (*source)->audio(), (*source)->leaves_sound(), options_.attempt});
    LYN_CHECK(feed(**source));
    inbox_->push_from_source(SourceEnded{options_.attempt});
    return {};
  });
  if (!fed && fed.error().kind != ErrorKind::cancelled) {
    inbox_->push_from_source(SourceFailed{fed.error(), options_.attempt});
  }
}

Status Reader::Work::feed(Source& source) {
  Extent extent;
  for (;;) {
    LYN_TRY(auto packet, source.read());
    if (!packet) {
      if (!options_.loop || source.live() || extent.empty()) return {};
      LYN_CHECK(start_over(source, extent.ticks()));
      extent = Extent();
      continue;
    }
    if (packet->sound) {
      if (!push_sound(source, std::move(*packet))) return {};
      continue;
    }
    extent.add(*packet);
    if (options_.realtime && !source.live() && !pace(*packet, source.stream().time_base)) return {};
    const auto arrival = clock_.now();
    last_packet_.store(arrival.time_since_epoch().count(), std::memory_order_relaxed);
    if (!inbox_->push_from_source(PacketArrived{std::move(*packet), arrival, tick_offset_, options_.attempt}))
      return {};
  }
}

bool Reader::Work::push_sound(const Source& source, Packet packet) {
  const Rational from = source.stream().time_base;
  const Rational to = source.audio()->base();
  const double ticks =
      MediaTime{tick_offset_, from}.seconds() * static_cast<double>(to.den) / static_cast<double>(to.num);
  return inbox_->push_from_source(SoundArrived{std::move(packet), std::llround(ticks), options_.attempt});
}

/// A later pass goes on where the earlier one ended: its times are shifted by the duration.
Status Reader::Work::start_over(Source& source, std::int64_t duration_ticks) {
  if (!inbox_->push_from_source(SourceRewound{})) return Error{ErrorKind::cancelled, "stopped", ""};
  tick_offset_ += duration_ticks;
  return source.rewind();
}

void Reader::Work::start_clock() {
  if (clock_started_.load(std::memory_order_relaxed)) return;
  {
    std::lock_guard lock(mutex_);
    clock_started_.store(true, std::memory_order_relaxed);
  }
  pace_wait_.notify_one();
}

bool Reader::Work::wait_for_clock() {
  std::unique_lock lock(mutex_);
  return pace_wait_.wait(lock, stop_.get_token(), [this] { return clock_started_.load(std::memory_order_relaxed); });
}

/// Waits until the packet's decoding time has come; false when stopped meanwhile.
bool Reader::Work::pace(const Packet& packet, Rational time_base) {
  const std::int64_t tick = packet.dts != kNoTimestamp ? packet.dts : packet.pts;
  if (tick == kNoTimestamp) return true;
  const std::int64_t shifted = tick + tick_offset_;
  if (!pace_first_tick_) {
    pace_first_tick_ = shifted;
    return true;
  }
  if (!pace_start_) {
    if (!wait_for_clock()) return false;
    pace_start_ = clock_.now();
  }
  const double seconds = MediaTime{shifted - *pace_first_tick_, time_base}.seconds();
  const auto due =
      *pace_start_ + std::chrono::duration_cast<Clock::Monotonic::duration>(std::chrono::duration<double>(seconds));
  std::unique_lock lock(mutex_);
  pace_wait_.wait_until(lock, stop_.get_token(), due, [] { return false; });
  return !stop_.stop_requested();
}

}  // namespace lyn
