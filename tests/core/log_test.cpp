#include "core/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <iterator>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "core/stderr_sink.h"

namespace lyn::log {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class FakeClock final : public Clock {
 public:
  Monotonic now() const override { return Monotonic(at); }
  Wall wall() const override { return {}; }
  std::chrono::nanoseconds at{0};
};

template <class Act>
std::string stderr_of(Act act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WithoutAWriterALineIsOutAtOnce) {
  const auto out = stderr_of([] { warning("camera gate is silent; check its cable"); });
  EXPECT_THAT(out, ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9:]+ warning camera gate is silent; "
                                 "check its cable\n$"));
}

TEST(Log, TheWriterWritesAllLinesInOrderBeforeItStops) {
  const auto out = stderr_of([] {
    start(Level::info);
    for (int i = 0; i < 100; ++i) info("line " + std::to_string(i));
    stop();
    stop();
  });
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = out.find("line " + std::to_string(i) + "\n", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST(Log, LinesBelowTheLevelStayAway) {
  const auto out = stderr_of([] {
    start(Level::warning);
    info("quiet");
    error("loud");
    stop();
    start(Level::info);
    stop();
  });
  EXPECT_THAT(out, Not(HasSubstr("quiet")));
  EXPECT_THAT(out, HasSubstr("loud"));
}

TEST(Log, TheWriterHidesPasswords) {
  const auto out = stderr_of([] { error("cannot open rtsp://user:hush@host/x"); });
  EXPECT_THAT(out, HasSubstr("rtsp://user:***@host/x"));
  EXPECT_THAT(out, Not(HasSubstr("hush")));
}

TEST(Log, OutsideTextCannotForgeALine) {
  const auto out = stderr_of([] { info("name: a\n2024 error forged\x1b[31m"); });
  EXPECT_THAT(out, HasSubstr("name: a\\x0a2024 error forged\\x1b[31m\n"));
}

TEST(Log, UnicodeIsLeftAlone) {
  EXPECT_EQ(one_line("Türkamera 門"), "Türkamera 門");
}

/// Stderr for as long as this lives: a pipe that is full, so that the writer stands still.
class StuckStderr {
 public:
  StuckStderr() : stderr_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe(ends_), 0);
    fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    while (write(ends_[1], "....\n", 5) > 0) {
    }
    while (write(ends_[1], ".", 1) > 0) {
    }
    fcntl(ends_[1], F_SETFL, 0);
    dup2(ends_[1], STDERR_FILENO);
    close(ends_[1]);
  }
  /// Lets the pipe run, until finish().
  void drain() {
    reader_ = std::thread([this] {
      char part[4096];
      for (ssize_t got = 0; (got = read(ends_[0], part, sizeof part)) > 0;)
        text_.append(part, static_cast<std::size_t>(got));
    });
  }
  std::string finish() {
    dup2(stderr_, STDERR_FILENO);
    reader_.join();
    close(stderr_);
    close(ends_[0]);
    return text_;
  }

 private:
  int stderr_;
  int ends_[2];
  std::thread reader_;
  std::string text_;
};

TEST(Log, AWriterThatStandsStillHoldsNobodyUpAndDropsTheOldestLines) {
  StuckStderr stuck;
  start(Level::info);
  for (int i = 0; i < 3000; ++i) info("line " + std::to_string(i) + ";");
  stuck.drain();
  stop();
  const auto out = stuck.finish();
  // The newest 1,024, and the one, whichever it was, that the writer had in its hands.
  const std::regex a_line("line [0-9]+;");
  const auto lines = std::distance(std::sregex_iterator(out.begin(), out.end(), a_line), {});
  EXPECT_GE(lines, 1024);
  EXPECT_LE(lines, 1025);
  EXPECT_TRUE(out.find("line 1976;") != std::string::npos && out.find("line 2999;") != std::string::npos);
  EXPECT_TRUE(std::regex_search(out, std::regex("19[0-9]{2} log lines were dropped")));
}

TEST(Log, ManyThreadsMayLogWhileTheWriterStops) {
  (void)stderr_of([] {
    start(Level::info);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 50; ++i) info("x");
      });
    }
    stop();
    for (auto& thread : threads) thread.join();
  });
}

TEST(RateLimit, LetsOneLineAPeriodThroughAndCountsTheRest) {
  FakeClock clock;
  RateLimit limit(std::chrono::seconds(1), clock);
  EXPECT_TRUE(limit.allow());
  EXPECT_EQ(limit.held_back(), 0);
  EXPECT_FALSE(limit.allow());
  clock.at = std::chrono::milliseconds(999);
  EXPECT_FALSE(limit.allow());
  clock.at = std::chrono::seconds(1);
  EXPECT_TRUE(limit.allow());
  EXPECT_EQ(limit.held_back(), 2);
  clock.at = std::chrono::seconds(5);
  EXPECT_TRUE(limit.allow());
  EXPECT_EQ(limit.held_back(), 0);
}

TEST(RateLimit, OfManyThreadsOneGetsThrough) {
  FakeClock clock;
  RateLimit limit(std::chrono::seconds(1), clock);
  std::atomic<int> allowed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) allowed += limit.allow() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(allowed, 1);
  clock.at = std::chrono::seconds(1);
  EXPECT_TRUE(limit.allow());
  EXPECT_EQ(limit.held_back(), 399);
}

}  // namespace
}  // namespace lyn::log
