#include "core/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>

#include <climits>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "core/stderr_sink.h"
#include "core/this_thread.h"

namespace lyn::log {

namespace {

/// Lines that may wait for the writer: some 300 KiB. A line a second a camera never fills it.
constexpr std::size_t kQueuedLines = 1024;

spdlog::level::level_enum as_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

struct Writer {
  std::shared_ptr<spdlog::details::thread_pool> thread;
  std::shared_ptr<spdlog::async_logger> logger;
};

std::atomic<Level> lowest_level{Level::info};

/// Shared by those who log, held alone by who starts or stops the writer: spdlog's thread pool must not
/// end in the hands of a thread that is just handing it a line.
std::shared_mutex& writer_mutex() {
  static std::shared_mutex mutex;
  return mutex;
}

Writer& writer() {
  static Writer the_writer;
  return the_writer;
}

const std::shared_ptr<StderrSink>& sink() {
  static const auto the_sink = std::make_shared<StderrSink>();
  return the_sink;
}

void write_now(Level level, const std::string& line) {
  sink()->log(spdlog::details::log_msg({}, as_spdlog(level), line));
}

void write(Level level, const std::string& line) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  std::shared_lock lock(writer_mutex());
  if (const auto& logger = writer().logger) {
    logger->log(as_spdlog(level), line);
  } else {
    write_now(level, line);
  }
}

}  // namespace

void start(Level lowest) {
  sink();  // is born before, and so outlives, the writer
  lowest_level = lowest;
  std::lock_guard lock(writer_mutex());
  if (writer().logger) return;
  auto thread = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1, [] { name_this_thread("log"); });
  auto logger =
      std::make_shared<spdlog::async_logger>("", sink(), thread, spdlog::async_overflow_policy::overrun_oldest);
  logger->set_level(spdlog::level::trace);
  writer() = {std::move(thread), std::move(logger)};
}

void stop() {
  Writer ending;
  {
    std::lock_guard lock(writer_mutex());
    ending = std::exchange(writer(), {});
  }
  if (!ending.thread) return;
  const auto dropped = ending.thread->overrun_counter();
  // Writes what is queued, then joins. Lines hold the logger too: it goes after them, so that it ends in this thread
  // and not in the writer's, whose last hold of it no sanitizer sees (Debian's libspdlog is not built with one).
  ending.thread.reset();
  ending.logger.reset();
  if (dropped > 0) {
    write_now(Level::warning, std::to_string(dropped) +
                                  " log lines were dropped: the writer could not keep up; "
                                  "see where stderr goes, or raise the log level");
  }
}

void debug(std::string line) {
  write(Level::debug, line);
}
void info(std::string line) {
  write(Level::info, line);
}
void warning(std::string line) {
  write(Level::warning, line);
}
void error(std::string line) {
  write(Level::error, line);
}

RateLimit::RateLimit(std::chrono::milliseconds period, const Clock& clock)
    : clock_(&clock), period_ns_(std::chrono::nanoseconds(period).count()), next_ns_(LLONG_MIN) {}

bool RateLimit::allow() {
  const long long now = std::chrono::nanoseconds(clock_->now().time_since_epoch()).count();
  long long next = next_ns_.load(std::memory_order_relaxed);
  if (now < next || !next_ns_.compare_exchange_strong(next, now + period_ns_, std::memory_order_relaxed)) {
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  reported_.store(suppressed_.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
  return true;
}

}  // namespace lyn::log
