#include "engine/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace lyn {
namespace {

using namespace std::chrono_literals;
using State = CameraState;
using Time = Supervisor::Time;
using Span = Supervisor::Span;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A camera in simulated time: time jumps from event to event, and the supervisor's orders are obeyed.
class Rig {
 public:
  /// What an attempt that starts now will do. Default: hang.
  struct Answer {
    enum class Kind { hang, picture, fail } kind = Kind::hang;
    Span after{};
    Supervisor::Failure failure{};
  };
  static Answer hang() { return {}; }
  static Answer picture(Span after = 100ms) { return {Answer::Kind::picture, after, {}}; }
  static Answer fail(const char* why, bool refused = false) { return {Answer::Kind::fail, 1ms, {why, refused}}; }

  explicit Rig(std::function<Answer(Rig&)> camera, Span stall = 5s, std::uint64_t seed = 1)
      : camera_(std::move(camera)), supervisor_({}, stall, seed) {
    supervisor_.start(now_);
    obey();
  }

  void run_for(Span span) { run_until(now_ + span); }
  void run_until(Time end) {
    for (;;) {
      const Time never = Time::max();
      Time next = supervisor_.deadline().value_or(never);
      EXPECT_GE(next, now_) << "a deadline in the past: the owner would spin";
      if (!events_.empty()) next = std::min(next, events_.begin()->first);
      if (next > end) break;
      now_ = std::max(next, now_);
      step();
    }
    now_ = end;
  }
  /// Runs to the first change to `state`; how long that took. Fails after an hour.
  Span until(State state) {
    const Time began = now_;
    const std::size_t seen = changes_.size();
    while (now_ - began < 1h) {
      for (std::size_t i = seen; i < changes_.size(); ++i) {
        if (changes_[i].to == state) return when_[i] - began;
      }
      const auto due = supervisor_.deadline();
      Time next = due.value_or(now_ + 1h);
      if (!events_.empty()) next = std::min(next, events_.begin()->first);
      now_ = std::max(next, now_);
      step();
    }
    ADD_FAILURE() << "never became " << name_of(state);
    return 1h;
  }
  void lose(const char* why) {
    supervisor_.failed(in_use_, {why, false}, now_);
    in_use_ = 0;
    obey();
  }
  void go_silent() { speaks_ = false; }
  void speak() { speaks_ = true; }
  void obey() {
    while (const auto order = supervisor_.next_order()) {
      if (order->kind == Supervisor::Order::Kind::close) {
        alive_.erase(order->attempt);
        if (in_use_ == order->attempt) in_use_ = 0;
        continue;
      }
      opened_.push_back(now_);
      alive_[order->attempt] = now_;
      most_alive_ = std::max(most_alive_, alive_.size());
      const Answer answer = camera_(*this);
      if (answer.kind != Answer::Kind::hang) events_.emplace(now_ + answer.after, std::pair(order->attempt, answer));
    }
    while (auto change = supervisor_.next_change()) {
      changes_.push_back(std::move(*change));
      when_.push_back(now_);
    }
  }
  [[nodiscard]] std::vector<State> states() const {
    std::vector<State> states;
    for (const auto& change : changes_) states.push_back(change.to);
    return states;
  }

  std::function<Answer(Rig&)> camera_;
  Time now_{1h};
  Supervisor supervisor_;
  std::multimap<Time, std::pair<int, Answer>> events_;
  std::map<int, Time> alive_;
  std::vector<Time> opened_;
  std::vector<Supervisor::Change> changes_;
  std::vector<Time> when_;
  std::size_t most_alive_ = 0;
  int in_use_ = 0;
  bool speaks_ = true;
  Time last_picture_;

 private:
  void step() {
    if (in_use_ != 0 && speaks_) last_picture_ = now_;
    if (!events_.empty() && events_.begin()->first <= now_) {
      const auto [attempt, answer] = events_.begin()->second;
      events_.erase(events_.begin());
      if (alive_.contains(attempt)) happen(attempt, answer);
    }
    supervisor_.tick(now_, last_picture_);
    obey();
  }
  void happen(int attempt, const Answer& answer) {
    if (answer.kind == Answer::Kind::fail) {
      alive_.erase(attempt);
      supervisor_.failed(attempt, answer.failure, now_);
    } else if (supervisor_.first_picture(attempt, now_)) {
      in_use_ = attempt;
      last_picture_ = now_;
    }
    obey();
  }
};

std::vector<double> gaps(const std::vector<Time>& times, Time from) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i - 1] >= from) gaps.push_back(std::chrono::duration<double>(times[i] - times[i - 1]).count());
  }
  return gaps;
}

TEST(Supervisor, RunsOnceAPictureHasCome) {
  Rig rig([](Rig&) { return Rig::picture(); });
  EXPECT_EQ(rig.supervisor_.state(), State::connecting);
  rig.run_for(1s);
  EXPECT_THAT(rig.states(), ElementsAre(State::running));
  rig.run_for(1h);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, SaysWhyARefusedConnectionWaits) {
  Rig rig([](Rig&) { return Rig::fail("connection refused"); });
  rig.run_for(100ms);
  ASSERT_FALSE(rig.changes_.empty());
  EXPECT_EQ(rig.changes_[0].to, State::backoff);
  EXPECT_EQ(rig.changes_[0].cause, "connection refused");
}

TEST(Supervisor, TriesAtLeastEvery1500MillisecondsInTheFirstMinute) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rig rig([](Rig&) { return Rig::fail("connection refused"); }, 5s, seed);
    rig.run_for(60s);
    EXPECT_GE(rig.opened_.size(), 40U);
    EXPECT_LE(rig.opened_.size(), 160U) << "and does not hammer";
    for (const double gap : gaps(rig.opened_, {})) EXPECT_LE(gap, 1.502);
    EXPECT_LE(gaps(rig.opened_, {}).front(), 0.252) << "the first retry comes within a quarter of a second";
  }
}

TEST(Supervisor, DoublesTheWaitUpTo30SecondsAfterTheFirstMinute) {
  double longest = 0;
  double sum = 0;
  std::size_t count = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Rig rig([](Rig&) { return Rig::fail("connection refused"); }, 5s, seed);
    const Time began = rig.now_;
    rig.run_for(9min);
    for (const double gap : gaps(rig.opened_, began + 3min)) {
      longest = std::max(longest, gap);
      sum += gap;
      ++count;
    }
  }
  EXPECT_LE(longest, 30.01);
  EXPECT_GT(longest, 25) << "the cap is reached";
  EXPECT_NEAR(sum / static_cast<double>(count), 15, 2) << "full jitter: from nothing to the cap";
}

TEST(Supervisor, DrawsAnotherWaitForEachCamera) {
  const auto first_gap = [](std::uint64_t seed) {
    Rig rig([](Rig&) { return Rig::fail("reset"); }, 5s, seed);
    rig.run_for(1s);
    return gaps(rig.opened_, {}).front();
  };
  EXPECT_NE(first_gap(1), first_gap(2));
  EXPECT_EQ(first_gap(3), first_gap(3));
}

TEST(Supervisor, StartsAnotherAttemptBesideOneThatHangs) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.run_for(4400ms);
  EXPECT_THAT(gaps(rig.opened_, {}), ElementsAre(1.5, 1.5));
  EXPECT_EQ(rig.most_alive_, 2U) << "the oldest and the newest";
  EXPECT_TRUE(rig.alive_.contains(1)) << "the oldest gets its whole time";
  EXPECT_LE(rig.until(State::backoff), 100ms) << "seen within 5 s";
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("no picture came within 4.5 s"));
  EXPECT_TRUE(rig.alive_.empty());
}

TEST(Supervisor, FindsASlowCameraThroughTheOldestAttempt) {
  Rig rig([](Rig&) { return Rig::picture(4s); });
  rig.run_for(4001ms);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  EXPECT_EQ(rig.in_use_, 1);
  EXPECT_EQ(rig.alive_.size(), 1U) << "the others are let go";
}

TEST(Supervisor, IsBackWithin2SecondsOfACameraThatHungForUpToAMinute) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    bool good = false;
    Rig rig([&](Rig&) { return good ? Rig::picture(100ms) : Rig::hang(); }, 5s, seed);
    rig.run_for(std::chrono::milliseconds(1900 * seed));
    good = true;
    EXPECT_LE(rig.until(State::running), 2s) << "seed " << seed;
  }
}

TEST(Supervisor, DoesNotOverlapAttemptsAfterTheFirstMinute) {
  Rig rig([](Rig&) { return Rig::hang(); });
  rig.run_for(70s);
  rig.most_alive_ = 0;
  rig.run_for(5min);
  EXPECT_EQ(rig.most_alive_, 1U);
}

TEST(Supervisor, CallsASilentCameraStalledAndThenTriesAgain) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(2min);
  rig.go_silent();
  const Time silent_since = rig.last_picture_;
  EXPECT_LE(rig.until(State::stalled), 5s);
  EXPECT_EQ(rig.now_ - silent_since, 4500ms);
  EXPECT_LE(rig.until(State::backoff), 500ms);
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("no picture came for 5.0 s"));
  rig.speak();
  EXPECT_LE(rig.until(State::running), 500ms);
  EXPECT_THAT(rig.states(),
              ElementsAre(State::running, State::stalled, State::backoff, State::connecting, State::running));
}

TEST(Supervisor, GoesOnWithAStalledCameraThatSpeaksInTime) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(1s);
  rig.go_silent();
  rig.until(State::stalled);
  rig.last_picture_ = rig.now_ + 100ms;
  rig.run_for(2s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, HoldsACameraOfAPictureEach10SecondsForWell) {
  Rig rig([](Rig&) { return Rig::picture(9s); }, 15s);
  rig.run_for(10s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
  rig.go_silent();
  rig.run_for(10s);
  EXPECT_EQ(rig.supervisor_.state(), State::running);
}

TEST(Supervisor, TriesAWrongPasswordEvery30SecondsOnly) {
  Rig rig([](Rig&) { return Rig::fail("wrong password", true); });
  rig.run_for(119s);
  for (const double gap : gaps(rig.opened_, {})) EXPECT_NEAR(gap, 30, 0.01);
  EXPECT_EQ(rig.opened_.size(), 4U);
}

TEST(Supervisor, LetsAHangingAttemptGoOnceAnotherIsRefused) {
  int attempts = 0;
  Rig rig([&](Rig&) { return ++attempts == 1 ? Rig::hang() : Rig::fail("wrong password", true); });
  rig.run_for(4s);
  EXPECT_TRUE(rig.alive_.empty());
  EXPECT_EQ(rig.supervisor_.state(), State::backoff);
  EXPECT_EQ(attempts, 2);
}

TEST(Supervisor, StartsTheNextOutageFromTheShortestWaitAfter60SecondsOfHealth) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("reset"); });
  rig.run_for(5min);
  good = true;
  rig.until(State::running);
  rig.run_for(61s);
  rig.lose("reset");
  EXPECT_LE(rig.until(State::running), 360ms);
}

TEST(Supervisor, KeepsTheLongWaitOfACameraThatWasNotWellFor60Seconds) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("reset"); });
  rig.run_for(5min);
  good = true;
  rig.until(State::running);
  rig.run_for(50s);
  rig.lose("reset");
  good = false;
  const Time lost = rig.now_;
  rig.run_for(2min);
  EXPECT_LT(std::ranges::count_if(rig.opened_, [&](Time t) { return t >= lost; }), 20);
}

TEST(Supervisor, QuarantinesACameraThatComesAndGoes) {
  Rig rig([](Rig&) { return Rig::picture(); });
  for (int i = 0; i < 6; ++i) {
    ASSERT_NE(rig.supervisor_.state(), State::quarantined) << i << " starts";
    rig.until(State::running);
    rig.run_for(3s);
    rig.lose("connection reset");
  }
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("came and went 6 times"));
  EXPECT_THAT(rig.changes_.back().cause, HasSubstr("connection reset"));
}

TEST(Supervisor, DoesNotQuarantineACameraThatLives10SecondsEachTime) {
  Rig rig([](Rig&) { return Rig::picture(); });
  for (int i = 0; i < 12; ++i) {
    rig.until(State::running);
    rig.run_for(11s);
    rig.lose("connection reset");
    ASSERT_NE(rig.supervisor_.state(), State::quarantined) << i << " starts";
  }
}

TEST(Supervisor, QuarantinesACameraThatFailedFor10MinutesAndProbesItOnceAMinute) {
  Rig rig([](Rig&) { return Rig::fail("connection refused"); });
  const Span failed_for = rig.until(State::quarantined);
  EXPECT_GE(failed_for, 10min);
  EXPECT_LE(failed_for, 10min + 31s);
  const Time since = rig.now_;
  rig.run_for(10min);
  for (const double gap : gaps(rig.opened_, since)) EXPECT_NEAR(gap, 60, 0.01);
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
}

TEST(Supervisor, LeavesQuarantineAfter60SecondsOfHealth) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  good = true;
  const Span back = rig.until(State::running);
  EXPECT_GE(back, 60s);
  EXPECT_LE(back, 121s);
}

TEST(Supervisor, StaysInQuarantineWhenAProbeLivesShorter) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture() : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  good = true;
  rig.run_for(90s);
  ASSERT_NE(rig.in_use_, 0) << "pictures of a probe are used";
  rig.lose("reset");
  rig.run_for(1s);
  EXPECT_EQ(rig.supervisor_.state(), State::quarantined);
}

TEST(Supervisor, TriesAtOnceWhenAskedTo) {
  bool good = false;
  Rig rig([&](Rig&) { return good ? Rig::picture(10ms) : Rig::fail("connection refused"); });
  rig.until(State::quarantined);
  rig.run_for(5s);
  good = true;
  rig.supervisor_.retry_now(rig.now_);
  rig.obey();
  EXPECT_LE(rig.until(State::running), 11ms);
}

TEST(Supervisor, TriesNothingWhileDisabledAndStartsAfreshAfterwards) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.run_for(10s);
  rig.supervisor_.disable(rig.now_);
  rig.obey();
  EXPECT_EQ(rig.supervisor_.state(), State::disabled);
  EXPECT_TRUE(rig.alive_.empty());
  EXPECT_FALSE(rig.supervisor_.deadline());
  rig.run_for(1h);
  EXPECT_EQ(rig.opened_.size(), 1U);
  rig.supervisor_.enable(rig.now_);
  rig.obey();
  EXPECT_LE(rig.until(State::running), 200ms);
}

TEST(Supervisor, IsNotRevivedOnceItHasEnded) {
  Rig rig([](Rig&) { return Rig::picture(); });
  rig.supervisor_.end(rig.now_);
  rig.supervisor_.enable(rig.now_);
  rig.supervisor_.retry_now(rig.now_);
  rig.obey();
  rig.run_for(1h);
  EXPECT_EQ(rig.supervisor_.state(), State::ended);
  EXPECT_EQ(rig.opened_.size(), 1U);
}

TEST(Supervisor, UsesNoAttemptThatItGaveUp) {
  Supervisor supervisor({}, 5s, 1);
  supervisor.start(Time(0s));
  supervisor.tick(Time(1500ms), {});
  supervisor.tick(Time(3000ms), {});
  EXPECT_FALSE(supervisor.first_picture(2, Time(3100ms))) << "attempt 3 took its place";
  EXPECT_TRUE(supervisor.first_picture(1, Time(3200ms)));
  EXPECT_FALSE(supervisor.first_picture(3, Time(3300ms))) << "another is in use";
}

}  // namespace
}  // namespace lyn
