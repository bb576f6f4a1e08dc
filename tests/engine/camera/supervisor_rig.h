#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <vector>

#include "engine/camera/supervisor.h"

namespace lyn::supervised {

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

inline std::vector<double> gaps(const std::vector<Time>& times, Time from) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i - 1] >= from) gaps.push_back(std::chrono::duration<double>(times[i] - times[i - 1]).count());
  }
  return gaps;
}

}  // namespace lyn::supervised
