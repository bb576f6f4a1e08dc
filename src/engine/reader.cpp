#include "engine/reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/thread_name.h"

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

Reader::Reader(ReaderOptions options, LaneInbox& inbox, const Clock& clock)
    : options_(std::move(options)), inbox_(inbox), clock_(clock) {
  options_.source.stop = stop_.get_token();
}

Reader::~Reader() {
  stop();
  join();
}

void Reader::start() {
  thread_ = std::thread([this] { run(); });
}

void Reader::stop() {
  stop_.request_stop();
}

void Reader::join() {
  if (thread_.joinable()) thread_.join();
}

void Reader::run() {
  name_this_thread("read");
  const auto source = open_source(options_.uri, options_.source);
  if (!source) {
    inbox_.push_from_source(SourceFailed{source.error()});
    return;
  }
  inbox_.push_from_source(SourceOpened{(*source)->stream(), (*source)->audio()});
  const Status fed = feed(**source);
  if (fed) {
    inbox_.push_from_source(SourceEnded{});
  } else if (fed.error().kind != ErrorKind::cancelled) {
    inbox_.push_from_source(SourceFailed{fed.error()});
  }
}

Status Reader::feed(Source& source) {
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
    if (!inbox_.push_from_source(PacketArrived{std::move(*packet), clock_.now(), tick_offset_})) return {};
  }
}

bool Reader::push_sound(const Source& source, Packet packet) {
  const Rational from = source.stream().time_base;
  const Rational to = source.audio()->base();
  const double ticks =
      MediaTime{tick_offset_, from}.seconds() * static_cast<double>(to.den) / static_cast<double>(to.num);
  return inbox_.push_from_source(SoundArrived{std::move(packet), std::llround(ticks)});
}

/// A later pass goes on where the earlier one ended: its times are shifted by the duration.
Status Reader::start_over(Source& source, std::int64_t duration_ticks) {
  if (!inbox_.push_from_source(SourceRewound{})) return Error{ErrorKind::cancelled, "stopped", ""};
  tick_offset_ += duration_ticks;
  return source.rewind();
}

void Reader::start_clock() {
  if (clock_started_.load(std::memory_order_relaxed)) return;
  {
    std::lock_guard lock(pace_mutex_);
    clock_started_.store(true, std::memory_order_relaxed);
  }
  pace_wait_.notify_one();
}

bool Reader::wait_for_clock() {
  std::unique_lock lock(pace_mutex_);
  return pace_wait_.wait(lock, stop_.get_token(), [this] { return clock_started_.load(std::memory_order_relaxed); });
}

/// Waits until the packet's decoding time has come; false when stopped meanwhile.
bool Reader::pace(const Packet& packet, Rational time_base) {
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
  std::unique_lock lock(pace_mutex_);
  pace_wait_.wait_until(lock, stop_.get_token(), due, [] { return false; });
  return !stop_.stop_requested();
}

}  // namespace lyn
