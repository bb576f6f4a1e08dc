#include "engine/camera/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lyn {

namespace {

/// An attempt and one beside it.
constexpr std::size_t kAttemptsAlive = 2;

double seconds(Supervisor::Span span) {
  return std::chrono::duration<double>(span).count();
}

Supervisor::Span doubled(Supervisor::Span span, int times, Supervisor::Span most) {
  for (; times > 0 && span < most; --times) span *= 2;
  return std::min(span, most);
}

template <class T>
std::optional<T> take_front(std::deque<T>& queue) {
  if (queue.empty()) return std::nullopt;
  T front = std::move(queue.front());
  queue.pop_front();
  return front;
}

}  // namespace

const char* name_of(CameraState state) {
  constexpr std::array<const char*, 9> kNames{"connecting", "running",  "stalled",    "backoff", "quarantined",
                                              "ended",      "disabled", "overloaded", "refused"};
  return kNames.at(static_cast<std::size_t>(state));
}

Supervisor::Supervisor(const RetryPolicy& policy, Span stall_timeout, std::uint64_t seed)
    : policy_(policy), stall_timeout_(stall_timeout), random_(seed) {}

std::optional<Supervisor::Order> Supervisor::next_order() {
  return take_front(orders_);
}

std::optional<Supervisor::Change> Supervisor::next_change() {
  return take_front(changes_);
}

void Supervisor::start(Time now) {
  outage_since_ = last_picture_ = now;
  in_outage_ = true;
  open_attempt(now);
  publish("starting");
}

void Supervisor::media_seen(int attempt) {
  for (Attempt& alive : attempts_) alive.media = alive.media || alive.number == attempt;
}

bool Supervisor::first_picture(int attempt, Time now) {
  const auto alive = [&](const Attempt& a) { return a.number == attempt; };
  if (phase_ != Phase::trying || std::ranges::none_of(attempts_, alive)) return false;
  close_attempts_but(attempt);
  phase_ = Phase::using_one;
  stalled_ = false;
  in_use_since_ = last_picture_ = now;
  publish("pictures come");
  return true;
}

void Supervisor::failed(int attempt, const Failure& failure, Time now) {
  const auto gone = std::erase_if(attempts_, [&](const Attempt& a) { return a.number == attempt; });
  if (gone == 0) return;
  // Beside a refusal there is no point in waiting for the answer to the same question.
  if (attempts_.empty() || failure.refused) lose(failure, now);
}

void Supervisor::tick(Time now, Time last_picture) {
  switch (phase_) {
    case Phase::off:
      break;
    case Phase::waiting:
      if (now < retry_at_) break;
      open_attempt(now);
      publish("trying again");
      break;
    case Phase::trying:
      try_more(now);
      break;
    case Phase::using_one:
      watch(now, last_picture);
      break;
  }
}

/// How long an attempt may go without a picture.
Supervisor::Span Supervisor::patience() const {
  return std::clamp(stalls_after(), policy_.answer_within, std::max(policy_.answer_within, policy_.longest_patience));
}

Supervisor::Span Supervisor::patience_with(const Attempt& attempt) const {
  return attempt.media ? std::max(patience(), policy_.keyframe_within) : patience();
}

/// Another attempt finds a camera that came back; one that is about to show its picture needs none.
bool Supervisor::wants_company(Time now) const {
  return early(now) && std::ranges::none_of(attempts_, [](const Attempt& attempt) { return attempt.media; });
}

/// No attempt has brought a picture yet.
void Supervisor::try_more(Time now) {
  const Attempt& oldest = attempts_.front();
  if (now - oldest.started >= patience_with(oldest)) {
    lose({fmt::format("no {} came within {:.1f} s of connecting", oldest.media ? "keyframe" : "picture",
                      seconds(patience_with(oldest))),
          false},
         now);
  } else if (wants_company(now) && now - last_attempt_ >= policy_.early_cap) {
    if (attempts_.size() == kAttemptsAlive) {
      orders_.push_back({Order::Kind::close, attempts_.back().number});
      attempts_.pop_back();
    }
    open_attempt(now);
  }
}

/// Pictures come, or came.
void Supervisor::watch(Time now, Time last_picture) {
  last_picture_ = std::max(last_picture_, last_picture);
  const Span silence = now - last_picture_;
  if (silence >= stall_timeout_) {
    return lose({fmt::format("no picture came for {:.1f} s", seconds(stall_timeout_)), false}, now);
  }
  stalled_ = silence >= stalls_after();
  if (!stalled_ && now - in_use_since_ >= policy_.healthy && in_outage_) recovered();
  publish(stalled_ ? fmt::format("no picture for {:.1f} s", seconds(silence)) : "pictures come");
}

std::optional<Supervisor::Time> Supervisor::deadline() const {
  switch (phase_) {
    case Phase::off:
      break;
    case Phase::waiting:
      return retry_at_;
    case Phase::trying: {
      const Time give_up = attempts_.front().started + patience_with(attempts_.front());
      const Time company = last_attempt_ + policy_.early_cap;
      return wants_company(company) ? std::min(give_up, company) : give_up;
    }
    case Phase::using_one: {
      if (stalled_) return last_picture_ + stall_timeout_;
      const Time silent = last_picture_ + stalls_after();
      return in_outage_ ? std::min(silent, in_use_since_ + policy_.healthy) : silent;
    }
  }
  return std::nullopt;
}

void Supervisor::open_attempt(Time now) {
  phase_ = Phase::trying;
  last_attempt_ = now;
  attempts_.push_back({++last_number_, now});
  orders_.push_back({Order::Kind::open, last_number_});
}

void Supervisor::close_attempts_but(int keep) {
  for (const Attempt& attempt : attempts_) {
    if (attempt.number != keep) orders_.push_back({Order::Kind::close, attempt.number});
  }
  std::erase_if(attempts_, [=](const Attempt& attempt) { return attempt.number != keep; });
}

/// Nothing is open any more; waits before the next attempt.
void Supervisor::lose(const Failure& failure, Time now) {
  close_attempts_but(0);
  // What an attempt hung counts as waiting; after pictures the wait is whole, since many are lost together.
  const Time waits_since = phase_ == Phase::trying ? last_attempt_ : now;
  if (phase_ == Phase::using_one) {
    if (now - in_use_since_ < policy_.flap_life) {
      short_lives_.push_back(in_use_since_);
    } else {
      short_lives_.clear();
    }
  }
  if (!std::exchange(in_outage_, true)) outage_since_ = now;
  phase_ = Phase::waiting;
  stalled_ = false;
  no_room_ = failure.no_room;
  trip(now);
  const Time due = quarantined_ ? last_attempt_ + policy_.probe : waits_since + wait_before_retry(failure, now);
  retry_at_ = std::max(now, due);
  publish(breaker_.empty() ? failure.cause : breaker_ + ": " + failure.cause);
}

/// Opens the breaker where trying on at this rate helps nobody.
void Supervisor::trip(Time now) {
  std::erase_if(short_lives_, [&](Time began) { return now - began > policy_.flap_window; });
  if (quarantined_ || no_room_) return;  // that there is no room says nothing of the camera
  if (short_lives_.size() >= policy_.flap_starts) {
    breaker_ = fmt::format("it came and went {} times in a row", short_lives_.size());
  } else if (now - last_picture_ >= policy_.give_up) {
    breaker_ = fmt::format("no picture for {:.0f} minutes", seconds(policy_.give_up) / 60);
  }
  quarantined_ = !breaker_.empty();
}

Supervisor::Span Supervisor::wait_before_retry(const Failure& failure, Time now) {
  if (failure.refused) return policy_.refused;
  if (early(now)) return up_to(doubled(policy_.first, failures_++, policy_.early_cap));
  return up_to(doubled(policy_.early_cap, ++late_failures_, policy_.cap));
}

/// Full jitter: anything from nothing to `most`, so that cameras lost together do not return together.
Supervisor::Span Supervisor::up_to(Span most) {
  const double share = static_cast<double>(random_() >> 11) * 0x1p-53;
  return Span(static_cast<Span::rep>(share * static_cast<double>(most.count())));
}

void Supervisor::recovered() {
  in_outage_ = quarantined_ = false;
  failures_ = late_failures_ = 0;
  breaker_.clear();
  short_lives_.clear();
}

void Supervisor::retry_now(Time now) {
  if (phase_ == Phase::off) return;
  recovered();
  if (phase_ != Phase::using_one) {
    in_outage_ = true;
    outage_since_ = last_picture_ = now;
  }
  if (phase_ == Phase::waiting) open_attempt(now);
  publish("asked to try now");
}

void Supervisor::disable(Time) {
  leave(CameraState::disabled, "switched off");
}

void Supervisor::enable(Time now) {
  if (phase_ != Phase::off || off_state_ == CameraState::ended) return;
  recovered();
  start(now);
}

void Supervisor::end(Time) {
  leave(CameraState::ended, "through");
}

void Supervisor::leave(CameraState off, const char* cause) {
  close_attempts_but(0);
  phase_ = Phase::off;
  off_state_ = off;
  publish(cause);
}

CameraState Supervisor::current() const {
  if (phase_ == Phase::off) return off_state_;
  if (quarantined_) return CameraState::quarantined;
  if (phase_ == Phase::waiting) return no_room_ ? CameraState::refused : CameraState::backoff;
  if (phase_ == Phase::trying) return CameraState::connecting;
  return stalled_ ? CameraState::stalled : CameraState::running;
}

void Supervisor::publish(std::string cause) {
  cause_ = std::move(cause);
  const CameraState now = current();
  if (now == state_) return;
  changes_.push_back({std::exchange(state_, now), now, cause_});
}

}  // namespace lyn
