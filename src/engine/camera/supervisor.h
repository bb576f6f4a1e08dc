#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/clock.h"
#include "engine/run/retry_policy.h"

namespace lyn {

/// What a camera is doing. `ended`: its owner is through with it. `overloaded`, which is not the Supervisor's to find:
/// pictures come, and what is wanted of them cannot be done; `refused`: there is no room for it.
enum class CameraState { connecting, running, stalled, backoff, quarantined, ended, disabled, overloaded, refused };
const char* name_of(CameraState state);

/// Decides when a live camera is tried, given up, tried again. Decides only: its owner opens and closes the
/// attempts that it orders, and tells it what became of them. No thread, no clock of its own: every call says
/// what time it is, and times never run backwards. One thread.
///
/// An attempt in the first minute of an outage gets company when it hangs: another starts, so that a camera
/// that came back is found soon; the oldest goes on beside it, so that a slow camera is found too. Whichever
/// brings a picture first is used.
class Supervisor {
 public:
  using Time = Clock::Monotonic;
  using Span = RetryPolicy::Span;

  /// An attempt to open, or one to let go. Numbers count from 1 and never come again.
  struct Order {
    enum class Kind { open, close } kind = Kind::open;
    int attempt = 0;
  };
  struct Change {
    CameraState from = CameraState::connecting;
    CameraState to = CameraState::connecting;
    std::string cause;  ///< in words a person can act on
  };
  /// Why an attempt ended. `refused`: the camera answered, and will give the same answer again. `no_room`: it is
  /// refused by us.
  struct Failure {
    std::string cause;
    bool refused = false;
    bool no_room = false;
  };

  /// `stall_timeout`: silence after which a camera is lost. `seed`: of the jitter.
  Supervisor(const RetryPolicy& policy, Span stall_timeout, std::uint64_t seed);

  void start(Time now);
  /// Media of the attempt come, though no picture can be shown yet: it is waited for, without company.
  void media_seen(int attempt);
  /// The attempt's first picture. True: use this attempt. False: it was given up before.
  bool first_picture(int attempt, Time now);
  void failed(int attempt, const Failure& failure, Time now);
  /// Time has passed; `last_picture`: when the newest picture of the attempt in use came.
  void tick(Time now, Time last_picture);
  /// A person has mended it: outage, breaker and waiting are forgotten.
  void retry_now(Time now);
  void disable(Time now);
  void enable(Time now);
  void end(Time now);

  /// When tick() has something to do; nullopt: nothing but a call from outside changes anything.
  [[nodiscard]] std::optional<Time> deadline() const;
  /// What to do now, and what to tell people, in order; nullopt when that is all.
  std::optional<Order> next_order();
  std::optional<Change> next_change();
  [[nodiscard]] CameraState state() const { return state_; }
  /// The latest cause, also where it changed no state.
  [[nodiscard]] const std::string& cause() const { return cause_; }

 private:
  enum class Phase { off, waiting, trying, using_one };
  struct Attempt {
    int number = 0;
    Time started;
    bool media = false;
  };

  void open_attempt(Time now);
  void close_attempts_but(int keep);
  void try_more(Time now);
  void watch(Time now, Time last_picture);
  void lose(const Failure& failure, Time now);
  void trip(Time now);
  Span wait_before_retry(const Failure& failure, Time now);
  Span up_to(Span most);
  void recovered();
  void leave(CameraState off, const char* cause);
  void publish(std::string cause);
  [[nodiscard]] CameraState current() const;
  [[nodiscard]] Span patience() const;
  [[nodiscard]] Span patience_with(const Attempt& attempt) const;
  [[nodiscard]] bool wants_company(Time now) const;
  [[nodiscard]] Span stalls_after() const { return stall_timeout_ * 9 / 10; }
  [[nodiscard]] bool early(Time now) const { return !quarantined_ && now - outage_since_ < policy_.early; }

  const RetryPolicy policy_;
  const Span stall_timeout_;
  std::mt19937_64 random_;

  Phase phase_ = Phase::off;
  CameraState state_ = CameraState::connecting;
  CameraState off_state_ = CameraState::disabled;
  std::string cause_;
  std::string breaker_;  ///< why the quarantine
  bool quarantined_ = false;
  bool stalled_ = false;
  bool no_room_ = false;
  std::vector<Attempt> attempts_;  ///< alive, oldest first: two at most
  int last_number_ = 0;
  Time last_attempt_;
  Time retry_at_;
  Time in_use_since_;
  Time last_picture_;  ///< of the attempt in use; before there was one, when trying began
  Time outage_since_;
  bool in_outage_ = false;
  int failures_ = 0;       ///< in this outage
  int late_failures_ = 0;  ///< those after its early part
  std::deque<Time> short_lives_;
  std::deque<Order> orders_;
  std::deque<Change> changes_;
};

}  // namespace lyn
